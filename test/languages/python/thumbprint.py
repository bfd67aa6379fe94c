import os

import msal

with open(os.environ["CERTIFICATE"]) as pem:
    key = pem.read()

# As older programs have it: the SHA-1 thumbprint, which Entra shows and the API answers with.
app = msal.ConfidentialClientApplication(
    os.environ["CLIENT_ID"],
    authority=os.environ["AUTHORITY"],
    client_credential={"private_key": key, "thumbprint": os.environ["THUMBPRINT"]},
    instance_discovery=False,
)
answer = app.acquire_token_for_client(scopes=[os.environ["SCOPE"]])
print(answer.get("access_token") or answer["error_description"])
