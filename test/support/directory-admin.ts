import type { Cloud } from "../../infra/local/cloud.ts";

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

export async function deleteInDirectory(cloud: Cloud, clientId: string): Promise<void> {
  const response = await fetch(`${cloud.addresses.graph}/applications/${clientId}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${cloud.addresses.users.olga.graphToken}` },
  });
  if (response.status !== 204) throw new Error(`The directory answered ${response.status}`);
}
