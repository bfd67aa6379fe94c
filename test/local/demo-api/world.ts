import { createServer } from "node:http";
import type { MessageHandlers } from "@azure/service-bus";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { WhoCallsOptions } from "../../../infra/local/demo-api/who-calls.ts";
import { close, listen } from "../../../infra/local/listen.ts";

const AUDIENCE = "51f41272-206b-4b2b-85de-1c5149762056";
const ISSUER = "https://issuer.example/v2.0/";

/** What the lookup says of a client. */
export interface Told {
  readonly id: string;
  readonly subscription: string;
  readonly state: string;
  readonly roles: readonly string[];
}

/** The smallest issuer, lookup and bus there can be, all of which can fail, and a clock that a test puts forward. */
export async function openWorld() {
  const key = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(key.publicKey)), kid: "k1", alg: "RS256", use: "sig" };
  const clients = new Map<string, unknown>();
  const asked: string[] = [];
  const seen = { authorization: "", away: false, issuerAway: false, maxAge: 30 };
  let during = async (): Promise<void> => undefined;
  let now = 0;
  let bus: Pick<MessageHandlers, "processMessage" | "processError"> | undefined;

  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, {
        "content-type": "application/json",
        "cache-control": `private, max-age=${seen.maxAge}`,
      });
      response.end(JSON.stringify(body));
    };
    if (request.url === "/keys")
      return answer(seen.issuerAway ? 503 : 200, seen.issuerAway ? {} : { keys: [jwk] });
    const appId = request.url?.replace("/api/lookup/", "") ?? "";
    asked.push(appId);
    seen.authorization = request.headers.authorization ?? "";
    const found = clients.get(appId);
    await during();
    if (seen.away) return answer(503, {});
    answer(found ? 200 : 404, found ?? { type: "/problems/no-such-client" });
  });
  const origin = `http://127.0.0.1:${await listen(server, 0)}`;

  const options: WhoCallsOptions = {
    issuer: ISSUER,
    keysUrl: `${origin}/keys`,
    audience: AUDIENCE,
    latchkey: () => `${origin}/api`,
    ownToken: async () => "my-own-token",
    events: {
      subscribe: (handlers) => {
        bus = handlers;
        return { close: async () => undefined };
      },
    },
    now: () => now,
  };
  return {
    options,
    clients,
    asked,
    seen,
    /** Runs while the next lookups are being answered. */
    meanwhile: (work: () => Promise<void>) => {
      during = work;
    },
    pass: (seconds: number) => {
      now += seconds * 1_000;
    },
    /** An event of the topic about a client. */
    hear: async (subject: string) => {
      const body = { type: "consent.revoked", subject };
      await bus?.processMessage({ body } as Parameters<MessageHandlers["processMessage"]>[0]);
    },
    loseBus: async () => {
      const error = new Error("The link is gone");
      await bus?.processError({ error } as Parameters<MessageHandlers["processError"]>[0]);
    },
    sign: (claims: Record<string, unknown> = {}, privateKey = key.privateKey) =>
      new SignJWT({
        iss: ISSUER,
        aud: AUDIENCE,
        azp: "client-1",
        scp: "api.read api.write",
        exp: Math.floor(Date.now() / 1000) + 600,
        ...claims,
      })
        .setProtectedHeader({ alg: "RS256", kid: "k1" })
        .sign(privateKey),
    stop: () => close(server),
  };
}

export const told = (changes: Partial<Told> = {}): Told => ({
  id: "id-1",
  subscription: "contoso",
  state: "granted",
  roles: ["api.read", "api.write"],
  ...changes,
});
