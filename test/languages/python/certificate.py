import os

import msal

with open(os.environ["CERTIFICATE"]) as pem:
    certificate = pem.read()  # the certificate and its private key, one after the other

app = msal.ConfidentialClientApplication(
    os.environ["CLIENT_ID"],
    authority=os.environ["AUTHORITY"],  # https://login.microsoftonline.com/<tenant id>
    client_credential={"private_key": certificate, "public_certificate": certificate},
    instance_discovery=False,  # needed only where the authority is none of Microsoft's hosts
)
answer = app.acquire_token_for_client(scopes=[os.environ["SCOPE"]])
print(answer.get("access_token") or answer["error_description"])
