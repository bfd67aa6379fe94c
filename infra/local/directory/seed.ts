import type { ApplicationInput } from "./applications/application-input.ts";
import { applicationOf, servicePrincipalOf } from "./applications/find-application.ts";
import { newApplication } from "./applications/new-application.ts";
import { credentialOf, withCredential } from "./applications/passwords.ts";
import { derivedSecretText } from "./applications/secret-value.ts";
import type { Directory } from "./directory.ts";
import type { Registration } from "./identity.ts";
import { GRAPH_ROLES, graphPrincipal } from "./principals/graph-principal.ts";
import { addAssignment, addServicePrincipal } from "./principals/service-principal-lifecycle.ts";
import { LOOKUP_ROLE, OPERATOR_ROLE, ROTATE_ROLE } from "./sign-in/users.ts";
import type { ApplicationRecord, ServicePrincipalRecord } from "./state.ts";

export interface SeedOptions {
  /** Only what every tenant has: an administrator and Microsoft Graph. */
  readonly pristine: boolean;
  /** Whether the backend may grant roles by itself. */
  readonly automaticGrant: boolean;
}

const SEEDED = "seeded";
const LOOKUP_SEEDED = "seeded lookup";
const KEYS_SEEDED = "seeded keys";
const COMMAND_SEEDED = "seeded command";

export const resourceUri = (directory: Directory): string =>
  `https://${directory.identity.tenantName}.onmicrosoft.com/api`;

/** Of the service's own API. */
export const keysUri = (directory: Directory): string =>
  `https://${directory.identity.tenantName}.onmicrosoft.com/latchkey-keys`;

/** The backend's secret follows from the tenant's key, so that it is the same at every start and kept nowhere. */
export const backendSecret = (directory: Directory): string =>
  derivedSecretText(directory.keys.tenant.pkcs8, "backend");

/** The resource API's own, with which it asks whose client it has met; made as the backend's. */
export const resourceSecret = (directory: Directory): string =>
  derivedSecretText(directory.keys.tenant.pkcs8, "resource");

/** Fills a tenant that has nothing yet; later starts find everything as it was left. */
export function seed(directory: Directory, options: SeedOptions): void {
  const { single } = directory.state;
  if (!single.get(SEEDED)) seedAll(directory, options);
  // Its own mark: a tenant that was seeded before there was such a role gets it now.
  if (!options.pristine && !single.get(LOOKUP_SEEDED)) seedLookup(directory);
  if (!options.pristine && !single.get(KEYS_SEEDED)) seedKeys(directory);
  if (!options.pristine && !single.get(COMMAND_SEEDED)) seedCommand(directory);
}

function seedAll(directory: Directory, options: SeedOptions): void {
  const { single, servicePrincipals } = directory.state;
  const graph = graphPrincipal(directory.identity, directory.state.nextSequence());
  servicePrincipals.put(graph);
  if (!options.pristine) {
    seedResource(directory);
    seedBackend(directory, graph, options.automaticGrant);
    seedPortal(directory);
    seedOperator(directory);
  }
  single.put(SEEDED, true);
}

function register(
  directory: Directory,
  ids: Registration,
  input: ApplicationInput,
): { application: ApplicationRecord; principal: ServicePrincipalRecord } {
  const application: ApplicationRecord = {
    id: ids.id,
    sequence: directory.state.nextSequence(),
    createdMs: 0,
    object: newApplication(input, {
      tenantName: directory.identity.tenantName,
      createdByAppId: null,
      at: new Date(),
      ids,
    }),
    owners: [directory.identity.users.olga],
    secretHashes: {},
    federated: [],
  };
  directory.state.applications.put(application);
  const principal = addServicePrincipal(directory, application, {
    id: ids.servicePrincipalId,
    owners: [],
    createdMs: 0,
  });
  return { application, principal };
}

const role = (id: string, value: string, description: string, member: "Application" | "User") => ({
  id,
  value,
  displayName: value,
  description,
  allowedMemberTypes: [member],
  isEnabled: true,
});

function seedResource(directory: Directory): void {
  const { identity } = directory;
  const { principal } = register(directory, identity.resource, {
    displayName: "Resource API",
    signInAudience: "AzureADandPersonalMicrosoftAccount",
    identifierUris: [resourceUri(directory)],
    appRoles: [
      role(identity.readRoleId, "api.read", "Read through the API", "Application"),
      role(identity.writeRoleId, "api.write", "Write through the API", "Application"),
    ],
  });
  requireAssignment(directory, principal);
}

/** As `tenant:setup` leaves it: Entra then gives no token to whom no role was assigned. */
function requireAssignment(directory: Directory, principal: ServicePrincipalRecord): void {
  directory.state.servicePrincipals.put({
    ...principal,
    object: { ...principal.object, appRoleAssignmentRequired: true },
  });
}

function seedBackend(
  directory: Directory,
  graph: ServicePrincipalRecord,
  automaticGrant: boolean,
): void {
  const { identity } = directory;
  const roles = [
    GRAPH_ROLES["Application.ReadWrite.OwnedBy"],
    ...(automaticGrant ? [GRAPH_ROLES["AppRoleAssignment.ReadWrite.All"]] : []),
  ];
  const { application, principal } = register(directory, identity.backend, {
    displayName: "Latchkey backend",
    signInAudience: "AzureADMyOrg",
    requiredResourceAccess: [
      {
        resourceAppId: graph.object.appId,
        resourceAccess: roles.map((id) => ({ id, type: "Role" as const })),
      },
    ],
  });
  addSecret(directory, application, identity.backendKeyId, backendSecret(directory));
  requireAssignment(directory, principal);
  for (const id of roles) addAssignment(directory, principal, graph, id);
}

function addSecret(
  directory: Directory,
  application: ApplicationRecord,
  keyId: string,
  secretText: string,
): void {
  const credential = credentialOf(secretText, {
    keyId,
    displayName: "local cloud",
    endDateTime: "2099-12-31T00:00:00Z",
  });
  directory.state.applications.put(withCredential(application, credential, secretText));
}

function seedPortal(directory: Directory): void {
  const { portal, portalScopeIds, tenantName } = directory.identity;
  const scope = (id: string, value: string) => ({
    id,
    value,
    type: "User",
    isEnabled: true,
    adminConsentDisplayName: value,
    adminConsentDescription: value,
  });
  register(directory, portal, {
    displayName: "Customer portal",
    signInAudience: "AzureADandPersonalMicrosoftAccount",
    identifierUris: [`https://${tenantName}.onmicrosoft.com/portal`],
    api: {
      oauth2PermissionScopes: [
        scope(portalScopeIds.read, "clients.read"),
        scope(portalScopeIds.write, "clients.write"),
      ],
    },
  });
}

function seedOperator(directory: Directory): void {
  const { operator, operatorRoleId } = directory.identity;
  register(directory, operator, {
    displayName: "Operators",
    signInAudience: "AzureADMyOrg",
    api: { requestedAccessTokenVersion: 2 },
    appRoles: [role(operatorRoleId, OPERATOR_ROLE, "Decide on consent requests", "User")],
  });
}

/** The resource API may ask the service whose client it has met. */
function seedLookup(directory: Directory): void {
  const { identity, state } = directory;
  const operators = applicationOf(directory, identity.operator.appId);
  const resource = applicationOf(directory, identity.resource.appId);
  const principal = servicePrincipalOf(directory, identity.resource.appId);
  const operatorsPrincipal = servicePrincipalOf(directory, identity.operator.appId);
  // Somebody has deleted what was seeded: nothing puts it back but a reset.
  if (!operators || !resource || !principal || !operatorsPrincipal) return;
  const lookup = role(identity.lookupRoleId, LOOKUP_ROLE, "Look clients up", "Application");
  const appRoles = [...operators.object.appRoles, { ...lookup, origin: "Application" }];
  state.applications.put({ ...operators, object: { ...operators.object, appRoles } });
  addSecret(directory, resource, identity.resourceKeyId, resourceSecret(directory));
  addAssignment(directory, principal, operatorsPrincipal, lookup.id);
  state.single.put(LOOKUP_SEEDED, true);
}

/** The service's own API, for which clients get tokens to rotate their secrets themselves. */
function seedKeys(directory: Directory): void {
  const { identity, state } = directory;
  const { principal } = register(directory, identity.keys, {
    displayName: "Latchkey keys",
    signInAudience: "AzureADandPersonalMicrosoftAccount",
    identifierUris: [keysUri(directory)],
    appRoles: [role(identity.rotateRoleId, ROTATE_ROLE, "Rotate its own secrets", "Application")],
  });
  requireAssignment(directory, principal);
  state.single.put(KEYS_SEEDED, true);
}

/** As `tenant:setup --command` leaves it: people may sign in to the portal's API by the command too. */
function seedCommand(directory: Directory): void {
  const { identity, state } = directory;
  const portal = applicationOf(directory, identity.portal.appId);
  if (!portal) return;
  const publicClient = { redirectUris: ["http://localhost"] };
  const object = { ...portal.object, isFallbackPublicClient: true, publicClient };
  state.applications.put({ ...portal, object });
  state.single.put(COMMAND_SEEDED, true);
}
