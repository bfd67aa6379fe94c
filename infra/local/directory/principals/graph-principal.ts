import type { AppRole } from "../graph-types.ts";
import type { Identity } from "../identity.ts";
import type { ServicePrincipalRecord } from "../state.ts";

/** Microsoft Graph is present in every tenant; its id and its roles' ids are the same everywhere. */
export const GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000";

/** Source: the Graph permissions reference. Only those that a tenant set-up for this product may name. */
export const GRAPH_ROLES = {
  "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
  "Application.ReadWrite.All": "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
  "Application.ReadWrite.OwnedBy": "18a4783c-866b-4cc7-a460-3d5e5662c884",
  "AppRoleAssignment.ReadWrite.All": "06b708a9-e830-4db3-a914-8e69da51d44f",
  "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
  "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
  "Policy.Read.All": "246dd0d5-5bd0-4def-940b-0421030a5b68",
  "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
} as const;

export function graphPrincipal(identity: Identity, sequence: number): ServicePrincipalRecord {
  const appRoles: AppRole[] = Object.entries(GRAPH_ROLES).map(([value, id]) => ({
    allowedMemberTypes: ["Application"],
    description: value,
    displayName: value,
    id,
    isEnabled: true,
    origin: "Application",
    value,
  }));
  const id = identity.graphServicePrincipalId;
  return {
    id,
    sequence,
    createdMs: 0,
    owners: [],
    object: {
      id,
      deletedDateTime: null,
      accountEnabled: true,
      alternativeNames: [],
      appDisplayName: "Microsoft Graph",
      appId: GRAPH_APP_ID,
      appOwnerOrganizationId: "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
      appRoleAssignmentRequired: false,
      createdDateTime: new Date(0).toISOString(),
      description: null,
      displayName: "Microsoft Graph",
      homepage: null,
      keyCredentials: [],
      loginUrl: null,
      notes: null,
      passwordCredentials: [],
      replyUrls: [],
      servicePrincipalNames: [GRAPH_APP_ID, "https://graph.microsoft.com"],
      servicePrincipalType: "Application",
      signInAudience: "AzureADMultipleOrgs",
      tags: [],
      appRoles,
      oauth2PermissionScopes: [],
    },
  };
}
