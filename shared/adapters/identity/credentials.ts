import type { ClientSecretCredentialOptions } from "@azure/identity";
import type { Settings } from "../../settings/settings.ts";
import { credentialOf, type RenewableCredential, TOKEN_TIMEOUT_MS } from "./managed-identity.ts";

const PUBLIC_AUTHORITY = "https://login.microsoftonline.com";
/** Audience of every federated credential in Entra (Microsoft Learn, "Configure an application to trust a managed identity"). */
const EXCHANGE_SCOPE = "api://AzureADTokenExchange/.default";

/**
 * One quick repeat is all that fits into the time a token may take. The SDK's requests have no time limit of their own; with
 * one, a token endpoint that accepts and never answers holds no sockets either.
 */
const PATIENCE: ClientSecretCredentialOptions = {
  retryOptions: { maxRetries: 1, retryDelayInMs: 200 },
  additionalPolicies: [
    {
      position: "perCall",
      policy: {
        name: "tokenTimeout",
        sendRequest: (request, next) => {
          request.timeout = TOKEN_TIMEOUT_MS;
          return next(request);
        },
      },
    },
  ],
};

/** How the backend signs in to the directory's tenant: by secret, by certificate, or as a managed identity that the app trusts. */
export function directoryCredential(settings: Settings["directory"]): RenewableCredential {
  const { tenantId, clientId, credential, authority } = settings;
  const options = {
    ...PATIENCE,
    authorityHost: authority,
    // Instance discovery asks Microsoft's public cloud about the authority, which knows no other.
    disableInstanceDiscovery: authority !== PUBLIC_AUTHORITY,
  };
  switch (credential.kind) {
    case "secret":
      return credentialOf(
        (sdk) =>
          new sdk.ClientSecretCredential(tenantId, clientId, credential.clientSecret, options),
      );
    case "certificate":
      return credentialOf((sdk) =>
        "certificate" in credential
          ? new sdk.ClientCertificateCredential(
              tenantId,
              clientId,
              { certificate: credential.certificate },
              options,
            )
          : new sdk.ClientCertificateCredential(
              tenantId,
              clientId,
              credential.certificatePath,
              options,
            ),
      );
    case "federated":
      return credentialOf((sdk) => {
        const identity = new sdk.ManagedIdentityCredential({
          clientId: credential.managedIdentityClientId,
        });
        const assertion = async () => (await identity.getToken(EXCHANGE_SCOPE)).token;
        return new sdk.ClientAssertionCredential(tenantId, clientId, assertion, options);
      });
  }
}
