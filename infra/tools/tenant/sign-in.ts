import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { TokenCredential } from "@azure/identity";
import * as z from "zod";

const SCOPE = "https://graph.microsoft.com/.default";
const AzAnswer = z.object({ accessToken: z.string() });

export interface SignInOptions {
  readonly way: "browser" | "device" | "az";
  readonly tenant: string | undefined;
  readonly authority: string;
}

/**
 * An administrator's Graph token: `GRAPH_TOKEN` when it is set, else a sign-in, asked for once and renewed by the library.
 *
 * @throws when no tenant is named: without one the person's home tenant would be changed
 */
export function signedIn(
  environment: Readonly<Record<string, string | undefined>>,
  { way, tenant, authority }: SignInOptions,
): () => Promise<string> {
  const given = environment["GRAPH_TOKEN"];
  if (given) return () => Promise.resolve(given);
  if (!tenant) throw new Error("Name the tenant: --tenant, or DIRECTORY_TENANT_ID.");
  if (way === "az") return forAWhile(() => fromAzureCli(tenant));
  let credential: Promise<TokenCredential> | undefined;
  return async () => {
    credential ??= interactive(way, { tenantId: tenant, authorityHost: authority });
    const token = await (await credential).getToken(SCOPE);
    if (!token) throw new Error("The sign-in brought no token.");
    return token.token;
  };
}

/** Loaded only when somebody has to sign in: it is most of a command's start. */
async function interactive(
  way: "browser" | "device",
  options: { readonly tenantId: string; readonly authorityHost: string },
): Promise<TokenCredential> {
  const { DeviceCodeCredential, InteractiveBrowserCredential } = await import("@azure/identity");
  return way === "device"
    ? new DeviceCodeCredential(options)
    : new InteractiveBrowserCredential(options);
}

/** The command is a second of its own, and a rebuild asks the directory thousands of times; a token it gives lives five minutes more. */
const KEPT_MS = 60_000;

function forAWhile(fetchNew: () => Promise<string>): () => Promise<string> {
  let known: { readonly token: Promise<string>; readonly since: number } | undefined;
  return () => {
    if (!known || performance.now() - known.since > KEPT_MS)
      known = { token: fetchNew(), since: performance.now() };
    return known.token;
  };
}

async function fromAzureCli(tenant: string): Promise<string> {
  const { stdout } = await promisify(execFile)("az", [
    "account",
    "get-access-token",
    ...["--resource-type", "ms-graph", "--tenant", tenant, "--output", "json"],
  ]);
  return AzAnswer.parse(JSON.parse(stdout)).accessToken;
}
