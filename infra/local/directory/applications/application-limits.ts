import * as z from "zod";
import { badRequest, GraphError } from "../graph/graph-error.ts";
import { type Application, allowsPersonalAccounts } from "../graph-types.ts";

const invalid = (property: string) =>
  badRequest(`Invalid value specified for property '${property}' of resource 'Application'.`);

/** From "Validation differences by supported account types"; `personal` is every audience with personal accounts. */
const LIMITS = {
  organization: { displayName: 120, permissions: 400, permissionsPerApi: 400, identifierUri: 255 },
  personal: { displayName: 90, permissions: 200, permissionsPerApi: 30, identifierUri: 120 },
} as const;
const MAX_APIS = 50;
const MAX_PERSONAL_IDENTIFIER_URIS = 50;

/**
 * Words that Microsoft keeps to itself in the name of a registration that other tenants can use. This one is confirmed
 * (console-csharp-snippets-sample#3, dev-proxy#90, cli-microsoft365#6367); there is no public list. The text of the refusal is
 * the one recorded for unacceptable names.
 */
const RESERVED = /microsoft/i;

/**
 * Refuses what the audience does not allow.
 * @throws 400 Request_BadRequest; 403 Directory_QuotaExceeded for too many required permissions
 */
export function checkLimits(application: Application): void {
  const personal = allowsPersonalAccounts(application.signInAudience);
  const limits = personal ? LIMITS.personal : LIMITS.organization;
  const { displayName, tags, api, appRoles } = application;
  if (displayName === "" || [...displayName].length > limits.displayName)
    throw invalid("displayName");
  if (application.signInAudience !== "AzureADMyOrg" && RESERVED.test(displayName))
    throw invalid("displayName");
  if (new Set(tags).size < tags.length) throw invalid("tags");
  if (personal && api.requestedAccessTokenVersion !== 2) {
    throw new GraphError(
      400,
      "InvalidAccessTokenVersion",
      "Access Token Accepted Version may not be 1 or null. paramName: AccessTokenAcceptedVersion",
    );
  }
  if (isAnyTwice(appRoles)) throw invalid("appRoles");
  if (isAnyTwice(scopesIn.parse(api["oauth2PermissionScopes"]))) throw invalid("api");
  checkIdentifierUris(application, personal, limits.identifierUri);
  checkPermissions(application, limits);
}

/** As they were taken in: application-input.ts. */
const scopesIn = z
  .array(z.looseObject({ id: z.string(), value: z.string().nullish() }))
  .default([]);

/** Of ids, and of values ("It contains duplicate value", azure-docs#81899). Nothing says that a disabled one does not count. */
function isAnyTwice(
  entitlements: readonly { readonly id: string; readonly value?: string | null | undefined }[],
): boolean {
  const values = entitlements.flatMap(({ value }) => value ?? []);
  return [entitlements.map(({ id }) => id), values].some((all) => new Set(all).size < all.length);
}

function checkIdentifierUris(application: Application, personal: boolean, maxLength: number): void {
  for (const uri of application.identifierUris) {
    if (uri.length > maxLength || !URL.canParse(uri)) throw invalid("identifierUris");
    if (personal && (/^urn:/i.test(uri) || /[?#]/.test(uri))) throw invalid("identifierUris");
  }
  if (personal && application.identifierUris.length > MAX_PERSONAL_IDENTIFIER_URIS) {
    throw invalid("identifierUris");
  }
}

function checkPermissions(
  application: Application,
  limits: { readonly permissions: number; readonly permissionsPerApi: number },
): void {
  const counts = application.requiredResourceAccess.map((api) => api.resourceAccess.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (
    counts.length > MAX_APIS ||
    total > limits.permissions ||
    counts.some((count) => count > limits.permissionsPerApi)
  ) {
    throw new GraphError(
      403,
      "Directory_QuotaExceeded",
      "The number of required permissions exceeds the limit of this application.",
    );
  }
}
