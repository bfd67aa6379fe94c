import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import { timeLeftMs } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { LATE_FOR_MS } from "../../clients/late.ts";
import { type Answer, DirectoryRefused, type Expected } from "../../clients/ports.ts";
import type { ConsentSubject } from "../../consent/ports.ts";
import { missingRoles } from "./carried-roles.ts";
import { AppRoleAssignments, ASSIGNMENT_SELECT, Identified } from "./consent-answers.ts";
import { allPages } from "./consent-pages.ts";
import { json } from "./json.ts";
import type { OfferedApi } from "./offered-apis.ts";
import { isMissing } from "./refusal.ts";
import { doneOrThrow, type SendDeps, send } from "./send.ts";

interface GrantDeps extends SendDeps {
  readonly client: Client;
  readonly apis: readonly OfferedApi[];
}

const PAUSE_MS = 500;

/** Whether it was refused as not being there (404), or with one of the statuses. */
function refusedWith(answer: Answer<unknown>, ...statuses: number[]): boolean {
  if (answer.kind !== "refused") return false;
  const { refusal } = answer;
  if (refusal.reason === "absent") return statuses.includes(404);
  return refusal.reason === "refused" && statuses.includes(refusal.status);
}

/**
 * What "Grant admin consent" does in the portal: the client's service principal, then one assignment for each role. Every
 * step looks first, so it may be repeated, and it waits for a directory that has not caught up with itself.
 *
 * @returns the service principal; nothing if the client is not there
 * @throws RemoteUnavailable when the directory does not catch up in time; what was granted stays. DirectoryRefused for good
 */
export async function grantRoles(
  deps: GrantDeps,
  subject: ConsentSubject,
  expected: Expected,
): Promise<string | undefined> {
  const pause = pauses(deps);
  const principalId = await principalOf(deps, subject, expected, pause);
  if (principalId === undefined) return undefined;
  for (;;) {
    const missing = await stillMissing(deps, subject, principalId, expected);
    if (missing === undefined) return undefined;
    if (missing.length === 0) return principalId;
    let late = false;
    for (const role of missing) late = !(await assign(deps, principalId, role)) || late;
    if (late) await pause();
  }
}

/** Waits for a directory that is late; throws when the budget or the deadline would be over by then. */
function pauses({ runtime, budgetMs }: GrantDeps): () => Promise<void> {
  const until = runtime.now().getTime() + budgetMs;
  return async () => {
    if (timeLeftMs(until - runtime.now().getTime()) <= PAUSE_MS)
      throw new RemoteUnavailable("directory", { executed: "unknown", retryAfterSeconds: 5 });
    await runtime.pause(PAUSE_MS);
  };
}

/**
 * What was just made is new to a replica for longer than a passing fault lasts: one that does not find its tenant for it is asked until
 * the budget ends. A 404 of the object itself is an answer, which the step goes by.
 */
const step = ({ runtime }: GrantDeps) => ({
  ...{ repeatable: true, isOfAnother: isMissing },
  expected: { createdAt: runtime.now() },
});

async function principalOf(
  deps: GrantDeps,
  { appId }: ConsentSubject,
  expected: Expected,
  pause: () => Promise<void>,
): Promise<string | undefined> {
  const { client, runtime } = deps;
  const policy = { ...step(deps), answer: Identified };
  const isFresh = runtime.now().getTime() - expected.createdAt.getTime() < LATE_FOR_MS;
  for (;;) {
    const there = await send(deps, policy, () =>
      json(client, `/servicePrincipals(appId='${appId}')`).select("id").get(),
    );
    if (!refusedWith(there, 404)) return doneOrThrow(there).id;
    const made = await send(deps, policy, () => json(client, "/servicePrincipals").post({ appId }));
    // 409: it is there, and will show. 400, and 403 of a new one (reported): the application is not there, or not yet.
    const isDenied = made.kind === "refused" && made.refusal.reason === "not-ours";
    if (!refusedWith(made, 400, 409) && !(isDenied && isFresh)) return doneOrThrow(made).id;
    if (refusedWith(made, 400) && !(isFresh && ((await expected.recorded?.()) ?? true)))
      return undefined;
    await pause();
  }
}

/** Nothing: the client has been deleted meanwhile, and its service principal with it. */
async function stillMissing(
  deps: GrantDeps,
  { roles }: ConsentSubject,
  principalId: string,
  client: Expected,
): Promise<ReturnType<typeof missingRoles> | undefined> {
  // The service principal was there a moment ago.
  const expected = { ...client, createdAt: deps.runtime.now() };
  const policy = { repeatable: true, answer: AppRoleAssignments, expected };
  const first = await send(deps, policy, () =>
    json(deps.client, `/servicePrincipals/${principalId}/appRoleAssignments`)
      .select(ASSIGNMENT_SELECT)
      .get(),
  );
  if (refusedWith(first, 404)) return undefined;
  const value = await allPages(deps, deps.client, AppRoleAssignments, doneOrThrow(first));
  return missingRoles(deps.apis, roles, value);
}

/** False: the directory does not know the service principal yet, or has the assignment and does not show it. */
async function assign(
  deps: GrantDeps,
  principalId: string,
  { api: { resourceId }, appRoleId }: ReturnType<typeof missingRoles>[number],
): Promise<boolean> {
  if (resourceId === undefined) throw new DirectoryRefused({ reason: "absent" });
  const answer = await send(deps, { ...step(deps), answer: z.unknown() }, () =>
    json(deps.client, `/servicePrincipals/${resourceId}/appRoleAssignedTo`).post({
      principalId,
      resourceId,
      appRoleId,
    }),
  );
  if (refusedWith(answer, 400, 404)) return false;
  doneOrThrow(answer);
  return true;
}
