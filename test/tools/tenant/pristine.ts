import { afterAll, beforeAll } from "vitest";
import { type Graph, openGraph } from "../../../infra/tools/tenant/graph.ts";
import { readOptions } from "../../../infra/tools/tenant/options.ts";
import { setUpTenant } from "../../../infra/tools/tenant/setup.ts";
import { readTenant } from "../../../infra/tools/tenant/tenant.ts";
import { openTestDirectory } from "../../local/directory/support.ts";

export type TestTenant = Awaited<ReturnType<typeof openTestDirectory>>;

/** A tenant in which nothing has been registered yet, for one test file. */
export function pristineTenant(flavour: "b2c" | "entra" = "b2c"): () => TestTenant {
  let tenant: TestTenant | undefined;
  beforeAll(async () => {
    tenant = await openTestDirectory({ pristine: true, flavour });
  });
  afterAll(() => tenant?.close());
  return () => {
    if (!tenant) throw new Error("The tenant has not been started");
    return tenant;
  };
}

/** What `npm run tenant:setup` does, in this process. */
export async function runSetup({ directory, administrator }: TestTenant, ...args: string[]) {
  const options = readOptions(args);
  const calls: string[] = [];
  const graph = graphOf({ directory, administrator }, calls, options["dry-run"]);
  const tenant = await readTenant(graph, {
    authority: directory.origin,
    loginHost: options["login-host"] ?? directory.origin,
    policy: options.policy,
  });
  // Whom the directory trusts has an https address, as it demands of every issuer.
  const place = { authority: directory.secureOrigin, now: new Date() };
  const result = await setUpTenant(graph, tenant, options, place);
  return { ...result, writes: graph.writes(), calls, tenant };
}

export const graphOf = (
  { directory, administrator }: Pick<TestTenant, "directory" | "administrator">,
  calls: string[] = [],
  dryRun = false,
): Graph =>
  openGraph({
    baseUrl: directory.origin,
    token: () => Promise.resolve(administrator),
    onCall: (call) => calls.push(call),
    dryRun,
  });

/** What an administrator makes of the scopes of an application: what is enabled can be changed once it is disabled. */
export async function changeScopes<T extends object>(
  { admin }: Pick<TestTenant, "admin">,
  path: string,
  change: (scopes: readonly T[]) => readonly object[],
): Promise<void> {
  const { body } = await admin("GET", path);
  const { oauth2PermissionScopes: scopes } = body["api"] as { oauth2PermissionScopes: T[] };
  const disabled = scopes.map((scope) => ({ ...scope, isEnabled: false }));
  for (const oauth2PermissionScopes of [disabled, change(scopes)]) {
    const { status } = await admin("PATCH", path, { api: { oauth2PermissionScopes } });
    if (status !== 204) throw new Error(`The scopes were not changed: ${status}`);
  }
}

/** What the administrator's click on "Grant admin consent" does. */
export async function grantConsent({ directory }: TestTenant, appId: string): Promise<void> {
  const answer = await fetch(`${directory.origin}/consent/${appId}/grant`, { method: "POST" });
  if (!answer.ok) throw new Error(`Consent was refused: ${answer.status}`);
}
