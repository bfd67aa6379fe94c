import * as z from "zod";
import {
  GRAPH_APP_ID,
  GRAPH_ROLES,
} from "../../../infra/local/directory/principals/graph-principal.ts";
import type { LocalDirectory } from "../../../infra/local/directory/start.ts";
import type { Restrictions } from "../../doubles/memory-directory.ts";
import { graph, setting } from "../../local/directory/support.ts";

/** The tenant's app management policy, as its administrators set it over Microsoft Graph. */

const Found = z.object({ value: z.tuple([z.object({ id: z.string() })]) });

/** Grants the backend what it need not have: with it a refusal says how long a credential may live. */
export async function mayReadPolicies(directory: LocalDirectory, token: string): Promise<void> {
  const principal = async (appId: string) => {
    const filter = encodeURIComponent(`appId eq '${appId}'`);
    const { body } = await graph(directory, token, "GET", `/servicePrincipals?$filter=${filter}`);
    return Found.parse(body).value[0].id;
  };
  const resourceId = await principal(GRAPH_APP_ID);
  await graph(directory, token, "POST", `/servicePrincipals/${resourceId}/appRoleAssignedTo`, {
    principalId: await principal(setting(directory, "DIRECTORY_CLIENT_ID")),
    resourceId,
    appRoleId: GRAPH_ROLES["Policy.Read.All"],
  });
}

export async function setPolicy(
  directory: Pick<LocalDirectory, "graph">,
  token: string,
  { noSecrets, secretDays, certificateDays }: Restrictions,
): Promise<void> {
  const lifetime = (restrictionType: string, days: number | undefined) =>
    days === undefined ? [] : [{ restrictionType, maxLifetime: `P${days}D` }];
  const { status } = await graph(
    directory,
    token,
    "PATCH",
    "/policies/defaultAppManagementPolicy",
    {
      isEnabled: true,
      applicationRestrictions: {
        passwordCredentials: [
          ...(noSecrets ? [{ restrictionType: "passwordAddition" }] : []),
          ...lifetime("passwordLifetime", secretDays),
        ],
        keyCredentials: lifetime("asymmetricKeyLifetime", certificateDays),
      },
    },
  );
  if (status !== 204) throw new Error(`The policy was answered ${status}`);
}
