import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { type LocalDirectory, startDirectory } from "../../../infra/local/directory/start.ts";
import { openTap } from "../../../infra/local/tap.ts";
import { graphDirectory } from "../../../shared/adapters/directory/graph-directory.ts";
import { graphClient } from "../../../shared/adapters/directory/transport.ts";
import { cachedToken } from "../../../shared/adapters/identity/cached-token.ts";
import { directoryCredential } from "../../../shared/adapters/identity/credentials.ts";
import { withDeadline } from "../../../shared/base/deadline.ts";
import { systemRuntime } from "../../../shared/base/runtime.ts";
import { readSettings } from "../../../shared/settings/settings.ts";
import { newId } from "../../support/samples.ts";
import { UNUSED } from "./targets.ts";

/** The sign-in of the service with Microsoft's own SDK, whose cache and memory for failures are what this is about. */

let local: LocalDirectory;
beforeEach(async () => {
  local = await startDirectory({
    httpPort: 0,
    httpsPort: 0,
    dataFile: ":memory:",
    certificatesFolder: inject("certificatesFolder"),
    tap: openTap,
  });
});
afterEach(() => local.stop());

/** A host that has just been started, with a clock that can be put forward. */
function openHost() {
  const { directory, clientSignInAudience, resource } = readSettings({
    ...UNUSED,
    ...local.settings,
  });
  let ahead = 0;
  const tokens = cachedToken(
    directoryCredential(directory),
    directory.graphScope,
    () => Date.now() + ahead,
  );
  const port = graphDirectory({
    certificates: true,
    client: graphClient(directory.graphBaseUrl, tokens),
    signInAudience: clientSignInAudience,
    apis: [resource],
    runtime: systemRuntime,
    budgetMs: 20_000,
  });
  return {
    create: () =>
      port.create({
        operationId: newId(),
        subscription: "contract tests",
        displayName: "A client",
        roles: ["api.read"],
      }),
    find: () => port.findByOperation(newId()),
    pass: (ms: number) => {
      ahead += ms;
    },
  };
}

const served = () => local.requests().map(({ name, status }) => `${name} ${status}`);

describe("tokens that Graph no longer takes", () => {
  test.each(["plain", "challenge"] as const)(
    "%s: a new one is fetched past MSAL's cache, once, and the create made once",
    async (tokensRevoked) => {
      const host = openHost();
      await host.find();
      local.setFaults({ tokensRevoked });
      local.resetRequests();

      expect((await host.create()).kind).toBe("done");
      expect((await host.create()).kind).toBe("done");

      expect(served()).toEqual([
        "POST /applications 401",
        "POST /token 200",
        "POST /applications 201",
        "POST /applications 201",
      ]);
    },
  );
});

describe("a token endpoint that fails", () => {
  test.each(["unavailable", "html"] as const)(
    "%s: a fresh host is told at once, and signs in as soon as it is well again",
    async (tokenEndpoint) => {
      const host = openHost();
      local.setFaults({ tokenEndpoint });
      const startedAt = performance.now();
      expect(await host.create()).toMatchObject({ kind: "not-now", throttled: false });
      await expect(host.find()).rejects.toMatchObject({ executed: "no" });
      expect(performance.now() - startedAt).toBeLessThan(6_000);

      local.setFaults(undefined);
      host.pass(1_000);
      expect((await host.create()).kind).toBe("done");
    },
  );

  test("silent: nobody waits past the deadline, and five seconds later it is asked anew", async () => {
    const host = openHost();
    local.setFaults({ tokenEndpoint: "silent" });
    const startedAt = performance.now();
    expect(await withDeadline(300, host.create)).toMatchObject({ kind: "not-now" });
    expect(performance.now() - startedAt).toBeLessThan(2_000);

    expect(await host.create()).toMatchObject({ kind: "not-now" });
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    local.setFaults(undefined);
    host.pass(1_000);
    expect((await host.create()).kind).toBe("done");
  });
});

describe("a Graph that is silent", () => {
  test("is left at the deadline: what was sent may have been done", async () => {
    const host = openHost();
    await host.find();
    local.setFaults({ silence: { share: 1, afterCommit: true } });
    const startedAt = performance.now();
    expect(await withDeadline(300, host.create)).toMatchObject({ kind: "unknown" });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
