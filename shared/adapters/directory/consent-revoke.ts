import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import type { ConsentSubject } from "../../consent/ports.ts";
import { missingRoles } from "./carried-roles.ts";
import { Identified } from "./consent-answers.ts";
import { allPages } from "./consent-pages.ts";
import { json } from "./json.ts";
import type { OfferedApi } from "./offered-apis.ts";
import { ask, doneOrThrow, type SendDeps, send } from "./send.ts";

interface RevokeDeps extends SendDeps {
  readonly client: Client;
}

const Page = z.object({
  value: z.array(
    z.object({ id: z.string().min(1), resourceId: z.string(), appRoleId: z.string() }),
  ),
  "@odata.nextLink": z.url().optional(),
});
/** What 204 comes to. */
const NO_CONTENT = z.undefined();

/**
 * Takes away whatever is granted to the client on the APIs, asked for or not. Safe to repeat: what has gone, or was
 * never there, needs nothing done. Needs `AppRoleAssignment.ReadWrite.All`, as granting does.
 *
 * @returns whether every role that was asked for was shown: what a late list leaves out is still granted
 * @throws RemoteUnavailable when it may not all be gone. DirectoryRefused for good
 */
export async function revokeRoles(
  deps: RevokeDeps,
  { appId, roles }: ConsentSubject,
  apis: readonly OfferedApi[],
): Promise<boolean> {
  const { client } = deps;
  const found = await send(deps, { repeatable: true, answer: Identified }, () =>
    json(client, `/servicePrincipals(appId='${appId}')`).select("id").get(),
  );
  if (found.kind === "refused" && found.refusal.reason === "absent") return false;
  const { id: principalId } = doneOrThrow(found);
  const first = await ask(deps, { answer: Page }, () =>
    json(client, `/servicePrincipals/${principalId}/appRoleAssignments`)
      .select("id,resourceId,appRoleId")
      .get(),
  );
  const all = await allPages(deps, client, Page, first);
  const shown = all.filter((one) => apis.some(({ resourceId }) => resourceId === one.resourceId));
  for (const { id } of shown) {
    const gone = await send(deps, { repeatable: true, answer: NO_CONTENT }, () =>
      json(client, `/servicePrincipals/${principalId}/appRoleAssignments/${id}`).delete(),
    );
    if (gone.kind !== "refused" || gone.refusal.reason !== "absent") doneOrThrow(gone);
  }
  return missingRoles(apis, roles, shown).length === 0;
}
