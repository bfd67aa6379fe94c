"""A customer's program, on a client that openapi-generator has made of the service's OpenAPI document."""

import os

from latchkey import (
    AddSecretRequest,
    ApiClient,
    ApiException,
    ClientsApi,
    Configuration,
    CreateClientRequest,
    IdempotencyKeyReusedProblem,
    PreconditionFailedProblem,
    RenameClientRequest,
    SecretsApi,
)

settings = Configuration(host=os.environ["SERVER"], access_token=os.environ["TOKEN"])
with ApiClient(settings) as connection:
    clients = ClientsApi(connection)

    key = "generator-python-story"
    answer = clients.create_client_with_http_info(
        CreateClientRequest(displayName="Python"), idempotency_key=key
    )
    made, etag = answer.data, (answer.headers or {})["etag"]

    try:
        clients.create_client(CreateClientRequest(displayName="Other"), idempotency_key=key)
        raise AssertionError("another body under the key")
    except ApiException as refused:
        assert isinstance(refused.data.actual_instance, IdempotencyKeyReusedProblem), refused

    secret = SecretsApi(connection).add_secret(made.id, AddSecretRequest(displayName="Production"))
    assert secret.secret_text, secret.key_id

    listed = clients.list_clients(limit=1)
    assert len(listed.items) == 1, listed

    clients.rename_client(made.id, RenameClientRequest(displayName="Python 2"), if_match=etag)
    try:
        clients.rename_client(made.id, RenameClientRequest(displayName="Python 3"), if_match=etag)
        raise AssertionError("a stale ETag")
    except ApiException as refused:
        assert isinstance(refused.data.actual_instance, PreconditionFailedProblem), refused

    clients.delete_client(made.id)
