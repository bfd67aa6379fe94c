"""A customer's program, on a client that openapi-python-client has made of the service's OpenAPI document."""

import os

from latchkey.api.clients import create_client, delete_client, list_clients, rename_client
from latchkey.api.secrets import add_secret
from latchkey.client import AuthenticatedClient
from latchkey.models import (
    AddSecretRequest,
    CreateClientRequest,
    OAuthClient,
    OAuthClientList,
    PreconditionFailedProblem,
    RenameClientRequest,
    SecretWithValue,
)

api = AuthenticatedClient(base_url=os.environ["SERVER"], token=os.environ["TOKEN"])

made = create_client.sync_detailed(
    client=api, body=CreateClientRequest(display_name="Python"), idempotency_key="python-story"
)
assert isinstance(made.parsed, OAuthClient), made
id = made.parsed.id

secret = add_secret.sync(id, client=api, body=AddSecretRequest(display_name="Production"))
assert isinstance(secret, SecretWithValue) and secret.secret_text, secret

listed = list_clients.sync(client=api, limit=1)
assert isinstance(listed, OAuthClientList) and len(listed.items) == 1, listed

etag = made.headers["etag"]
renamed = rename_client.sync_detailed(
    id, client=api, body=RenameClientRequest(display_name="Python 2"), if_match=etag
)
assert renamed.status_code == 204, renamed
stale = rename_client.sync(
    id, client=api, body=RenameClientRequest(display_name="Python 3"), if_match=etag
)
assert isinstance(stale, PreconditionFailedProblem), stale

deleted = delete_client.sync_detailed(id, client=api)
assert deleted.status_code == 204, deleted
