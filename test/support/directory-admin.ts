import * as z from "zod";
import type { Cloud } from "../../infra/local/cloud.ts";
import {
  GRAPH_APP_ID,
  GRAPH_ROLES,
} from "../../infra/local/directory/principals/graph-principal.ts";

const Identified = z.object({ id: z.guid() });

/** What an administrator does in the directory's own pages, behind the service's back. */

export async function grantInDirectory(
  cloud: Cloud,
  appId: string,
  action: "grant" | "revoke" = "grant",
): Promise<void> {
  const url = `${cloud.directory.origin}/consent/${appId}/${action}`;
  const response = await fetch(url, { method: "POST", redirect: "manual" });
  if (response.status !== 303) throw new Error(`The consent page answered ${response.status}`);
}

/** Assigns a role of Microsoft Graph, which no client of this service asks for, to one that has a service principal. */
export async function overgrantInDirectory(cloud: Cloud, appId: string): Promise<void> {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${cloud.addresses.graph}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${cloud.addresses.users.olga.graphToken}`,
        "content-type": "application/json",
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`The directory answered ${response.status}`);
    return response.json();
  };
  const principal = async (id: string): Promise<string> =>
    Identified.parse(await ask("GET", `/servicePrincipals(appId='${id}')`)).id;
  const [principalId, resourceId] = [await principal(appId), await principal(GRAPH_APP_ID)];
  const appRoleId = GRAPH_ROLES["Mail.Send"];
  const path = `/servicePrincipals/${principalId}/appRoleAssignments`;
  await ask("POST", path, { principalId, resourceId, appRoleId });
}

export async function deleteInDirectory(cloud: Cloud, clientId: string): Promise<void> {
  const response = await fetch(`${cloud.addresses.graph}/applications/${clientId}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${cloud.addresses.users.olga.graphToken}` },
  });
  if (response.status !== 204) throw new Error(`The directory answered ${response.status}`);
}
