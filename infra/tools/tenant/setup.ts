import { ensureCredential } from "./credential.ts";
import { ensureApplication, ensurePrincipal } from "./ensure.ts";
import type { Graph } from "./graph.ts";
import { assignmentsOf, GRAPH_APP_ID, principalOf, type ServicePrincipal } from "./objects.ts";
import type { SetupOptions } from "./options.ts";
import {
  backend,
  customers,
  keysApi,
  operators,
  type Registration,
  resourceApi,
} from "./registrations.ts";
import type { Tenant } from "./tenant.ts";

/** What the backend may do in the directory. docs/permissions.md says why for each. */
export const OWNED_BY = "Application.ReadWrite.OwnedBy";
export const GRANT = "AppRoleAssignment.ReadWrite.All";

export interface SetupResult {
  readonly settings: Readonly<Record<string, string>>;
  /** Client id of the backend, while somebody still has to consent to its permissions. */
  readonly consentPending: string | undefined;
}

/** Step 1 of Microsoft's how-to for client credentials, and the registrations around it. Run again, it changes nothing. */
export async function setUpTenant(
  graph: Graph,
  tenant: Tenant,
  options: SetupOptions,
  place: { readonly authority: string; readonly now: Date },
): Promise<SetupResult> {
  const graphPrincipal = await principalOf(graph, GRAPH_APP_ID);
  if (!graphPrincipal) throw new Error("This tenant does not know Microsoft Graph.");
  const wantedRoles = [OWNED_BY, ...(options["automatic-grant"] ? [GRANT] : [])];
  const roleIds = wantedRoles.map((value) => roleId(graphPrincipal, value));

  const foreign = options["backend-app-id"];
  const signIn: Record<string, string> = { DIRECTORY_TENANT_ID: tenant.id };
  let backendAppId = foreign;
  if (foreign) {
    // Its credentials are kept where it is registered.
    signIn["DIRECTORY_CREDENTIAL"] = options.credential;
  } else {
    const application = await ensureApplication(graph, backend(options, GRAPH_APP_ID, roleIds));
    backendAppId = application.appId;
    const context = { graph, tenantId: tenant.id, ...place };
    Object.assign(signIn, await ensureCredential(context, application, options));
  }
  signIn["DIRECTORY_CLIENT_ID"] = backendAppId ?? "";
  const principal = await ensurePrincipal(graph, backendAppId ?? "", true);
  const granted = principal ? await assignmentsOf(graph, principal.id) : [];
  const pending = roleIds.some(
    (id) => !granted.some((one) => one.resourceId === graphPrincipal.id && one.appRoleId === id),
  );
  const result = (settings: Record<string, string>): SetupResult => ({
    settings,
    consentPending: pending ? backendAppId : undefined,
  });
  if (options.only === "backend") return result(signIn);

  const register = async (wanted: Registration) => {
    const application = await ensureApplication(graph, wanted);
    await ensurePrincipal(graph, application.appId, wanted.assignmentRequired);
    return application;
  };
  const resource = await register(resourceApi(tenant, options));
  const keys = await register(keysApi(tenant));
  const customerApp = await register(customers(tenant, options));
  const operatorApp = await register(operators(tenant, options));
  const idOf = ({ appRoles }: typeof resource, value: string) =>
    appRoles.find((role) => role.value === value)?.id ?? "";
  const [read = "", write = ""] = options.roles.map((value) => idOf(resource, value));
  return result({
    ...signIn,
    RESOURCE_APP_ID: resource.appId,
    APP_READ_ROLE_ID: read,
    APP_WRITE_ROLE_ID: write,
    RESOURCE_SCOPE: `${resourceApi(tenant, options).uri}/.default`,
    KEYS_APP_ID: keys.appId,
    KEYS_ROTATE_ROLE_ID: idOf(keys, "keys.rotate"),
    KEYS_SCOPE: `${keysApi(tenant).uri}/.default`,
    TOKEN_ENDPOINT: tenant.customers.tokenEndpoint,
    CUSTOMER_ISSUER: tenant.customers.issuer,
    CUSTOMER_METADATA_URL: tenant.customers.metadataUrl,
    CUSTOMER_AUDIENCE: customerApp.appId,
    OPERATOR_ISSUER: tenant.operators.issuer,
    OPERATOR_METADATA_URL: tenant.operators.metadataUrl,
    ...(tenant.kind === "b2c" && { CUSTOMER_POLICIES: options.policy }),
    OPERATOR_AUDIENCE: operatorApp.appId,
    OPERATOR_CLIENTS: operatorApp.appId,
    ...(options["portal-url"] && portalSettings(tenant, customerApp.appId, operatorApp.appId)),
    ...(tenant.kind !== "b2c" && { CLIENT_SIGN_IN_AUDIENCE: "AzureADMyOrg" }),
    ...(options["automatic-grant"] && { CONSENT_GRANT: "automatic-on-approve" }),
  });
}

/** What the form needs to sign people in; without them it is served and offers no sign-in. */
function portalSettings(tenant: Tenant, customerAppId: string, operatorAppId: string) {
  const authority = ({ metadataUrl }: Tenant["customers"]) =>
    metadataUrl.replace("/v2.0/.well-known/openid-configuration", "");
  const uri = `https://${tenant.domain}/latchkey`;
  const operatorUri = `https://${tenant.domain}/latchkey-operators`;
  return {
    PORTAL_CLIENT_ID: customerAppId,
    PORTAL_AUTHORITY: authority(tenant.customers),
    PORTAL_SCOPES: `${uri}/clients.read,${uri}/clients.write`,
    PORTAL_OPERATOR_CLIENT_ID: operatorAppId,
    PORTAL_OPERATOR_AUTHORITY: authority(tenant.operators),
    PORTAL_OPERATOR_SCOPES: `${operatorUri}/access_as_operator`,
  };
}

function roleId(principal: ServicePrincipal, value: string): string {
  const found = principal.appRoles.find((role) => role.value === value);
  if (!found) throw new Error(`Microsoft Graph offers no permission ${value} in this tenant.`);
  return found.id;
}
