import { ClientCertificateCredential } from "@azure/identity";

const { AUTHORITY = "", CLIENT_ID = "", CERTIFICATE = "", SCOPE = "" } = process.env;
const { origin, pathname } = new URL(AUTHORITY);

const credential = new ClientCertificateCredential(
  pathname.slice(1),
  CLIENT_ID,
  { certificatePath: CERTIFICATE },
  // Without discovery: needed only where the authority is none of Microsoft's hosts.
  { authorityHost: origin, disableInstanceDiscovery: true },
);
const answer = await credential.getToken(SCOPE).catch((error) => ({ token: error.message }));
console.log(answer.token);
