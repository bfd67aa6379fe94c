import type { TokenAnswer } from "./request.ts";

/**
 * What the known refusals mean and what helps. Sources: Microsoft Learn, "Error codes: Azure Active Directory B2C" and
 * "Microsoft Entra authentication and authorization error codes".
 */
const WRONG_SECRET =
  "The secret is wrong. Send the secret's value, not its id; make a new one if the value is lost. A secret that was made seconds ago may need a moment: try again.";
const UNKNOWN_CLIENT =
  "This tenant knows no such client. Check the client id and that the token endpoint belongs to the same tenant; a client that was made seconds ago may need a moment.";
const WRONG_SCOPE =
  "The scope is wrong. It is the API's Application ID URI followed by /.default, and nothing else: one resource, no single roles.";
const DISABLED =
  "The client is suspended. Whoever owns it resumes it; an administrator can see why.";
const THROTTLED =
  "Too many token requests. Wait, and keep each token until it expires instead of asking for one per call.";
const NO_TRUST =
  "The client trusts no such token: a federated credential has to name its issuer, its subject and its audience exactly. A dry run says which of them differs; one that was made minutes ago may need a moment.";
export const NOT_CONSENTED =
  "No administrator has consented to this client's roles. Its consent state tells since when they have been asked.";

const REMEDIES: Readonly<Record<string, string>> = {
  AADB2C90081: WRONG_SECRET,
  AADSTS7000215: WRONG_SECRET,
  AADSTS7000222: "The secret has expired. Make a new one and remove the old one.",
  AADB2C90018: UNKNOWN_CLIENT,
  AADB2C90285: UNKNOWN_CLIENT,
  AADSTS700016: UNKNOWN_CLIENT,
  AADB2C90068:
    "The user flow does not serve this client: its registration was not made for user flows. It needs the sign-in audience AzureADandPersonalMicrosoftAccount (CLIENT_SIGN_IN_AUDIENCE).",
  AADB2C90012: WRONG_SCOPE,
  AADB2C90055: WRONG_SCOPE,
  AADB2C90117: WRONG_SCOPE,
  AADB2C90146: WRONG_SCOPE,
  AADSTS1002012: WRONG_SCOPE,
  AADSTS70011: WRONG_SCOPE,
  AADSTS500011: `${WRONG_SCOPE} If it is right, the API's registration has no service principal in this tenant.`,
  AADB2C90085:
    "The user flow failed without saying why. A wrong Application ID URI in the scope does this, and so does a client whose sign-in audience is not AzureADandPersonalMicrosoftAccount.",
  AADB2C90079: "No secret was sent. The form field is client_secret.",
  AADSTS7000218: "No secret was sent. The form field is client_secret.",
  AADSTS700211: NO_TRUST,
  AADSTS700212: NO_TRUST,
  AADSTS700213: NO_TRUST,
  AADSTS7002138: `${NO_TRUST} Here upper and lower case differ.`,
  AADSTS700024:
    "The assertion is too old, or not valid yet. Have a new one made, and check the clock.",
  AADSTS700027:
    "The certificate is not the client's: it has been removed, or was never added. One that was added seconds ago may need a moment.",
  AADB2C90083:
    "A form field is missing: grant_type, client_id, client_secret and scope are needed.",
  AADSTS900144:
    "A form field is missing: grant_type, client_id, client_secret and scope are needed.",
  AADB2C90086: "The form field grant_type must be client_credentials.",
  AADSTS70003: "The form field grant_type must be client_credentials.",
  AADB2C90092: DISABLED,
  AADSTS7000112: DISABLED,
  AADB2C90205: NOT_CONSENTED,
  AADSTS501051: NOT_CONSENTED,
  AADSTS7000229: NOT_CONSENTED,
  AADB2C90244: THROTTLED,
  AADSTS90002: "There is no such tenant. Check the token endpoint.",
  AADB2C99027: "This user flow takes client secrets only, no certificate and no assertion.",
};

/** A sentence that says what went wrong and what to do. */
export function explainRefusal(answer: Extract<TokenAnswer, { ok: false }>): string {
  const known = REMEDIES[answer.code];
  if (answer.status === 429) {
    const wait = answer.retryAfterSeconds;
    return wait === undefined ? THROTTLED : `${THROTTLED} The endpoint asks for ${wait} seconds.`;
  }
  if (known) return known;
  if (answer.status === 404)
    return "There is no token endpoint at this address. Check tenant and user flow.";
  return "This refusal is not among the known ones; its code and description are above.";
}
