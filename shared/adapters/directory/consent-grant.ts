import { type Client, GraphError } from "@microsoft/microsoft-graph-client";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { Role } from "../../clients/client.ts";
import type { Expected } from "../../clients/ports.ts";
import type { ConsentSubject } from "../../consent/ports.ts";
import { AppRoleAssignments, ASSIGNMENT_SELECT, ServicePrincipal } from "./consent-answers.ts";
import { type SendDeps, send } from "./send.ts";

interface GrantDeps extends SendDeps {
  readonly client: Client;
  readonly roleIds: Readonly<Record<Role, string>>;
}

interface GrantSubject extends ConsentSubject {
  readonly resourceId: string;
}

/** For so long the directory may not know yet what it has made itself. */
const FRESH_MS = 5 * 60_000;
const PAUSE_MS = 500;

const refusedWith = (error: unknown, ...statuses: number[]): boolean =>
  error instanceof GraphError && statuses.includes(error.statusCode);

/**
 * What "Grant admin consent" does in the portal: the client's service principal, then one assignment for each role. Every
 * step looks first, so it may be repeated, and it waits for a directory that has not caught up with itself.
 *
 * @returns the service principal; nothing if the client is not there
 * @throws RemoteUnavailable when the directory does not catch up in time; what was granted stays
 */
export async function grantRoles(
  deps: GrantDeps,
  subject: GrantSubject,
  expected: Expected,
): Promise<string | undefined> {
  const principalId = await principalOf(deps, subject, expected);
  if (principalId === undefined) return undefined;
  const until = deps.runtime.now().getTime() + deps.budgetMs;
  for (;;) {
    const missing = await missingRoles(deps, subject, principalId, expected);
    if (missing === undefined) return undefined;
    if (missing.length === 0) return principalId;
    let late = false;
    for (const role of missing) late = !(await assign(deps, subject, principalId, role)) || late;
    if (!late) continue;
    if (deps.runtime.now().getTime() > until)
      throw new RemoteUnavailable("directory", { executed: "unknown", retryAfterSeconds: 5 });
    await deps.runtime.pause(PAUSE_MS);
  }
}

async function principalOf(
  deps: GrantDeps,
  { appId }: GrantSubject,
  expected: Expected,
): Promise<string | undefined> {
  const { client, runtime, budgetMs } = deps;
  const until = runtime.now().getTime() + budgetMs;
  const isFresh = runtime.now().getTime() - expected.createdAt.getTime() < FRESH_MS;
  for (;;) {
    try {
      const answer = await send(deps, { repeatable: true }, () =>
        client.api(`/servicePrincipals(appId='${appId}')`).select("id").get(),
      );
      return ServicePrincipal.parse(answer).id;
    } catch (error) {
      if (!refusedWith(error, 404)) throw error;
    }
    try {
      const answer = await send(deps, { repeatable: true }, () =>
        client.api("/servicePrincipals").post({ appId }),
      );
      return ServicePrincipal.parse(answer).id;
    } catch (error) {
      // 409: it is there, and will show. 400: the application is not there, or not yet.
      if (!refusedWith(error, 400, 409)) throw error;
      if (refusedWith(error, 400) && !(isFresh && ((await expected.recorded?.()) ?? true)))
        return undefined;
    }
    if (runtime.now().getTime() > until)
      throw new RemoteUnavailable("directory", { executed: "unknown", retryAfterSeconds: 5 });
    await runtime.pause(PAUSE_MS);
  }
}

/** Nothing: the client has been deleted meanwhile, and its service principal with it. */
async function missingRoles(
  deps: GrantDeps,
  { resourceId, roles }: GrantSubject,
  principalId: string,
  client: Expected,
): Promise<readonly Role[] | undefined> {
  // The service principal was there a moment ago.
  const expected = { ...client, createdAt: deps.runtime.now() };
  try {
    const answer = await send(deps, { repeatable: true, expected }, () =>
      deps.client
        .api(`/servicePrincipals/${principalId}/appRoleAssignments`)
        .filter(`resourceId eq ${resourceId}`)
        .select(ASSIGNMENT_SELECT)
        .get(),
    );
    const { value } = AppRoleAssignments.parse(answer);
    const has = (role: Role) => value.some(({ appRoleId }) => appRoleId === deps.roleIds[role]);
    return roles.filter((role) => !has(role));
  } catch (error) {
    if (refusedWith(error, 404)) return undefined;
    throw error;
  }
}

/** False: the directory does not know the service principal yet, or has the assignment and does not show it. */
async function assign(
  deps: GrantDeps,
  { resourceId }: GrantSubject,
  principalId: string,
  role: Role,
): Promise<boolean> {
  try {
    await send(deps, { repeatable: true }, () =>
      deps.client
        .api(`/servicePrincipals/${resourceId}/appRoleAssignedTo`)
        .post({ principalId, resourceId, appRoleId: deps.roleIds[role] }),
    );
    return true;
  } catch (error) {
    if (refusedWith(error, 400, 404)) return false;
    throw error;
  }
}
