import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from "@azure/identity";
import type { Settings } from "../../settings.ts";

const PUBLIC_AUTHORITY = "https://login.microsoftonline.com";
/** Audience of every federated credential in Entra (Microsoft Learn, "Configure an application to trust a managed identity"). */
const EXCHANGE_SCOPE = "api://AzureADTokenExchange/.default";

/** How the backend signs in to the directory's tenant: by secret, by certificate, or as a managed identity that the app trusts. */
export function directoryCredential(settings: Settings["directory"]): TokenCredential {
  const { tenantId, clientId, credential, authority } = settings;
  const options = {
    authorityHost: authority,
    // Instance discovery asks Microsoft's public cloud about the authority, which knows no other.
    disableInstanceDiscovery: authority !== PUBLIC_AUTHORITY,
  };
  switch (credential.kind) {
    case "secret":
      return new ClientSecretCredential(tenantId, clientId, credential.clientSecret, options);
    case "certificate":
      return "certificate" in credential
        ? new ClientCertificateCredential(
            tenantId,
            clientId,
            { certificate: pem(credential.certificate) },
            options,
          )
        : new ClientCertificateCredential(tenantId, clientId, credential.certificatePath, options);
    case "federated": {
      const identity = new ManagedIdentityCredential({
        clientId: credential.managedIdentityClientId,
      });
      const assertion = async () => (await identity.getToken(EXCHANGE_SCOPE)).token;
      return new ClientAssertionCredential(tenantId, clientId, assertion, options);
    }
  }
}

/** App settings and key vaults are kinder to one line than to many, so PEM may come in Base64. */
const pem = (text: string): string =>
  text.includes("-----BEGIN") ? text : Buffer.from(text, "base64").toString("utf8");
