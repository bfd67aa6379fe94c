import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { startDirectory } from "../../../infra/local/directory/start.ts";
import type { DirectoryFaults } from "../../../infra/local/faults/faults.ts";
import { openTap } from "../../../infra/local/tap.ts";
import { graphDirectory } from "../../../shared/adapters/directory/graph-directory.ts";
import { graphClient } from "../../../shared/adapters/directory/transport.ts";
import { cachedToken } from "../../../shared/adapters/identity/cached-token.ts";
import { directoryCredential } from "../../../shared/adapters/identity/credentials.ts";
import { tokenEndpoint } from "../../../shared/adapters/identity/token-endpoint.ts";
import { withDeadline } from "../../../shared/base/deadline.ts";
import { systemRuntime } from "../../../shared/base/runtime.ts";
import type { ClientCredentials, TokenEndpoint } from "../../../shared/clients/token-endpoint.ts";
import { readSettings } from "../../../shared/settings/settings.ts";
import { memoryTokenEndpoint } from "../../doubles/memory-token-endpoint.ts";
import { afterFile } from "../../support/after-file.ts";
import { newId } from "../../support/samples.ts";
import { doneOrFail } from "./answers.ts";
import { UNUSED } from "./targets.ts";

/** What the port promises of the token endpoint: in memory, and at the endpoints of both flavours of the local directory. */

interface Target {
  readonly endpoint: TokenEndpoint;
  /** A client with one secret that is good. */
  make(): Promise<ClientCredentials>;
  strike(mishap: NonNullable<DirectoryFaults["tokenEndpoint"]> | undefined): void;
}

const MINUTE = { kind: "unsaid", retryAfterSeconds: 60 } as const;

function inMemory(): Target {
  const endpoint = memoryTokenEndpoint();
  return {
    endpoint,
    make: async () => {
      const credentials = { appId: newId(), secretText: newId() };
      endpoint.know(credentials);
      return credentials;
    },
    strike: (mishap) => {
      if (mishap) endpoint.answerNext(mishap === "throttled" ? MINUTE : { kind: "unsaid" });
    },
  };
}

async function local(flavour: "b2c" | "entra"): Promise<Target> {
  const directory = await startDirectory({
    httpPort: 0,
    httpsPort: 0,
    dataFile: ":memory:",
    certificatesFolder: inject("certificatesFolder"),
    tap: openTap,
    flavour,
  });
  afterFile(directory.stop);
  const settings = readSettings({ ...UNUSED, ...directory.settings });
  const token = cachedToken(
    directoryCredential(settings.directory),
    settings.directory.graphScope,
    Date.now,
  );
  const clients = graphDirectory({
    certificates: true,
    client: graphClient(settings.directory.graphBaseUrl, token),
    signInAudience: settings.clientSignInAudience,
    apis: settings.roleApis,
    runtime: systemRuntime,
    budgetMs: 20_000,
  });
  return {
    endpoint: tokenEndpoint(settings),
    make: async () => {
      const { id, appId, createdAt } = doneOrFail(
        await clients.create({
          operationId: newId(),
          subscription: "contract tests",
          displayName: "A client",
          roles: ["api.read"],
        }),
      );
      const from = new Date();
      const expiresAt = new Date(from.getTime() + 86_400_000);
      const secret = { displayName: "A secret", createdAt: from, expiresAt };
      const { secretText } = doneOrFail(await clients.addSecret(id, secret, { createdAt }));
      return { appId, secretText };
    },
    strike: (mishap) => directory.setFaults(mishap && { tokenEndpoint: mishap }),
  };
}

const targets = [
  { name: "in memory", open: async () => inMemory() },
  { name: "of a B2C policy", open: () => local("b2c") },
  // Its resource demands a role, which nobody has consented to here: the secret is good all the same.
  { name: "of Entra ID", open: () => local("entra") },
];
const AMPLE_MS = 10_000;

describe.each(targets)("The token endpoint $name", ({ open }) => {
  let target: Target;
  beforeAll(async () => {
    target = await open();
  });
  afterEach(() => target.strike(undefined));

  test("takes a good secret of a client that waits for its consent, and no other", async () => {
    const { endpoint, make } = target;
    const good = await make();

    expect(await endpoint.tryOut(good, AMPLE_MS)).toEqual({ kind: "accepted" });
    expect(await endpoint.tryOut({ ...good, secretText: "wrong" }, AMPLE_MS)).toEqual({
      kind: "refused",
    });
    // A client that it has not heard of: it may be late, or gone.
    expect(await endpoint.tryOut({ ...good, appId: newId() }, AMPLE_MS)).toEqual({
      kind: "refused",
    });
  });

  test.each(["unavailable", "html", "silent"] as const)(
    "says nothing when it is %s",
    async (mishap) => {
      const { endpoint, make, strike } = target;
      const good = await make();
      strike(mishap);

      const said = await endpoint.tryOut(good, mishap === "silent" ? 150 : AMPLE_MS);

      expect(said).toEqual({ kind: "unsaid" });
      strike(undefined);
      expect(await endpoint.tryOut(good, AMPLE_MS)).toEqual({ kind: "accepted" });
    },
  );

  test("is asked beyond the deadline of the request that wants to know", async () => {
    const good = await target.make();

    const late = () => target.endpoint.tryOut(good, AMPLE_MS);

    expect(await withDeadline(0, late)).toEqual({ kind: "accepted" });
  });

  test("says how long it wants to be left alone", async () => {
    const { endpoint, make, strike } = target;
    const good = await make();
    strike("throttled");

    expect(await endpoint.tryOut(good, AMPLE_MS)).toEqual(MINUTE);
  });
});

describe("A secret goes nowhere else", () => {
  const seen: string[] = [];
  const serve = async (status: number, headers: Record<string, string>, body: string) => {
    const server = createServer((request, response) => {
      seen.push(request.url ?? "");
      request.resume();
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    afterFile(async () => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  };
  const ask = (origin: string) =>
    tokenEndpoint({ tokenEndpoint: `${origin}/token`, resourceScope: "x/.default" }).tryOut(
      { appId: newId(), secretText: "a-secret-value" },
      AMPLE_MS,
    );

  test("not along a redirect, whoever answers it", async () => {
    const elsewhere = await serve(200, {}, '{"access_token": "stolen"}');
    for (const status of [302, 307, 308]) {
      const origin = await serve(status, { location: `${elsewhere}/elsewhere` }, "");
      expect(await ask(origin)).toEqual({ kind: "unsaid" });
    }
    expect(seen).not.toContain("/elsewhere");
  });

  test("who waits for consent has proven who it is, whatever Entra wants of it first", async () => {
    const refusal = (code: number) =>
      serve(400, {}, JSON.stringify({ error: "invalid_client", error_codes: [code] }));
    for (const code of [501051, 7000229])
      expect(await ask(await refusal(code))).toEqual({ kind: "accepted" });
    expect(await ask(await refusal(7000215))).toEqual({ kind: "refused" });
  });

  test("an endless answer, one without a token, and nobody at all are no answer", async () => {
    const endless = await serve(200, {}, `{"access_token": "${"x".repeat(70_000)}"}`);
    expect(await ask(endless)).toEqual({ kind: "unsaid" });
    expect(await ask(await serve(200, {}, '{"token_type": "Bearer"}'))).toEqual({ kind: "unsaid" });
    expect(await ask(await serve(400, {}, "Bad Request"))).toEqual({ kind: "unsaid" });
    expect(await ask("http://127.0.0.1:1")).toEqual({ kind: "unsaid" });
  });
});
