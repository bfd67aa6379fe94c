import type { ServiceBusReceiver } from "@azure/service-bus";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import * as z from "zod";

/** Which customer's client calls this API: by its token, and by what Latchkey says of it. Closed when in doubt. */
export interface WhoCallsOptions {
  readonly issuer: string; // `iss` of clients' tokens.
  readonly keysUrl: string; // `jwks_uri` of its discovery document.
  readonly audience: string; // This API's own client id.
  readonly latchkey: () => string; // Latchkey's API, `/api` included.
  readonly ownToken: () => Promise<string>; // For Latchkey, with the app role Clients.Lookup.
  readonly events: Pick<ServiceBusReceiver, "subscribe">; // Of the topic client-events; mode receiveAndDelete.
  readonly now?: () => number; // Milliseconds of a clock that is never set back.
}
export type Caller =
  | { readonly ok: true; readonly subscription: string; readonly roles: readonly string[] }
  | { readonly ok: false; readonly status: 401 | 403 | 503; readonly why: string };

const text = z.string().optional().catch(undefined);
const Token = z.object({ azp: text, appid: text, scp: text, roles: z.array(z.string()).catch([]) });
const roles = z.array(z.string());
const Client = z.object({ id: z.string(), subscription: z.string(), state: z.string(), roles });
type Known = { readonly until: number; readonly client?: z.infer<typeof Client> };
const [MOST_KEPT, MOST_SECONDS, TIMEOUT_MS] = [10_000, 30, 5_000];

export function whoCalls(options: WhoCallsOptions): (token: string) => Promise<Caller> {
  const { issuer, audience, now = () => performance.now() } = options;
  const keys = createRemoteJWKSet(new URL(options.keysUrl), { timeoutDuration: TIMEOUT_MS });
  const known = new Map<string, Known>();
  let heard = 0;
  const forget = (clientId?: unknown): void => {
    heard += 1;
    for (const [appId, { client }] of known)
      if (!clientId || !client || client.id === clientId) known.delete(appId);
  };
  options.events.subscribe({
    processMessage: async ({ body }) => forget(body?.subject),
    processError: async () => forget(), // Nobody knows what is not heard meanwhile.
  });

  const whose = async (appId: string): Promise<Known> => {
    const kept = known.get(appId);
    if (kept && now() < kept.until) return kept;
    const [at, before] = [now(), heard];
    const response = await fetch(`${options.latchkey()}/lookup/${encodeURIComponent(appId)}`, {
      headers: { authorization: `Bearer ${await options.ownToken()}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok && response.status !== 404) throw new Error(`Lookup: ${response.status}`);
    const age = /max-age=(\d+)/.exec(response.headers.get("cache-control") ?? "")?.[1] ?? 0;
    const body: unknown = await response.json();
    const until = at + 1_000 * Math.min(Number(age), MOST_SECONDS);
    const found = response.ok ? { until, client: Client.parse(body) } : { until };
    if (known.size >= MOST_KEPT) known.clear();
    if (heard === before) known.set(appId, found); // Else it may be older than what was heard.
    return found;
  };
  return async (token) => {
    try {
      const rules = { issuer, audience, algorithms: ["RS256"], requiredClaims: ["exp"] };
      const { payload } = await jwtVerify(token, keys, rules);
      const { azp, appid = azp, scp = "", roles } = Token.parse(payload);
      if (!appid) return { ok: false, status: 401, why: "The token names no client (azp)." };
      const { client } = await whose(appid);
      if (client?.state !== "granted" && client?.state !== "pending")
        return { ok: false, status: 403, why: `The client is ${client?.state ?? "unknown"}.` };
      const carried = [...roles, ...scp.split(" ")].filter(Boolean);
      const granted = carried.filter((role) => client.roles.includes(role));
      // Pending, and yet its token carries roles: an administrator has granted them a moment ago.
      const allowed = client.state === "pending" ? carried : granted;
      return { ok: true, subscription: client.subscription, roles: allowed };
    } catch (error) {
      if (error instanceof errors.JOSEError && !/GENERIC|TIMEOUT/.test(error.code))
        return { ok: false, status: 401, why: error.message };
      return { ok: false, status: 503, why: "It cannot be found out now who calls." };
    }
  };
}
