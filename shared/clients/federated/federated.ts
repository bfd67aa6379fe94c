import type { FederatedCredential } from "../credential.ts";

/** What of a federated credential its maker chooses. */
export type NewFederated = Pick<
  FederatedCredential,
  "displayName" | "issuer" | "subject" | "audience"
>;

/** What stands for Entra in a foreign token, in every cloud but China's (Microsoft Graph, "federatedIdentityCredential"). */
export const EXCHANGE_AUDIENCE = "api://AzureADTokenExchange";

/** Microsoft Learn, "Important considerations and restrictions for federated identity credentials". */
export const MOST_FEDERATED = 20;
export const MIN_FEDERATED_NAME = 3;
export const MAX_FEDERATED_NAME = 120;
/** Letters, digits, dash and underline, the first a letter or a digit. */
export const FEDERATED_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
/** Of issuer, subject and audience each. */
export const MAX_FEDERATED_PART = 600;

/** What the directory lets stand once only in a client: a name, and issuer with subject. It holds them as they are written. */
export const isSameTrust = (
  a: Pick<NewFederated, "issuer" | "subject">,
  b: Pick<NewFederated, "issuer" | "subject">,
): boolean => a.issuer === b.issuer && a.subject === b.subject;
