import type { Client } from "@microsoft/microsoft-graph-client";
import type { RoleApi } from "../../clients/role-api.ts";
import { Identified } from "./consent-answers.ts";
import { json } from "./json.ts";
import { ask, type SendDeps } from "./send.ts";
import { unlessAbsent } from "./unless-absent.ts";

/** An API as the directory has it: roles are granted on its service principal. */
export interface OfferedApi extends RoleApi {
  /** Nothing: it has none, so that nobody can have been granted a role of it. */
  readonly resourceId: string | undefined;
}

/**
 * The APIs with their service principals: each is asked for until it is known, then kept as long as the process. The first, which is the
 * company's, has to be there; one of the service's own that is not keeps no client from the others' roles.
 */
export function offeredApis(
  deps: SendDeps & { readonly client: Client; readonly apis: readonly RoleApi[] },
): () => Promise<readonly OfferedApi[]> {
  const known = new Map<string, string>();
  const find = async ({ appId }: RoleApi, isNeeded: boolean): Promise<string | undefined> => {
    const kept = known.get(appId);
    if (kept !== undefined) return kept;
    const read = async () =>
      (
        await ask(deps, { answer: Identified }, () =>
          json(deps.client, `/servicePrincipals(appId='${appId}')`).select("id").get(),
        )
      ).id;
    const id = isNeeded ? await read() : await unlessAbsent(read);
    if (id !== undefined) known.set(appId, id);
    return id;
  };
  return () =>
    Promise.all(
      deps.apis.map(async (api, at) => ({ ...api, resourceId: await find(api, at === 0) })),
    );
}
