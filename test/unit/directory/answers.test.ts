import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { graphDirectory } from "../../../shared/adapters/directory/graph-directory.ts";
import { withDeadline } from "../../../shared/base/deadline.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { testRuntime } from "../../support/product.ts";
import { newId } from "../../support/samples.ts";
import {
  challenge,
  cut,
  graphError,
  html,
  json,
  noContent,
  nothing,
  openScriptedGraph,
  silence,
  type Turn,
  truncated,
} from "./scripted-graph.ts";

let graph: Awaited<ReturnType<typeof openScriptedGraph>>;
beforeAll(async () => {
  graph = await openScriptedGraph();
});
afterAll(() => graph.close());

const LONG_AGO = { createdAt: new Date(0) };
const BUDGET_MS = 20_000;

function open(budgetMs = BUDGET_MS) {
  const runtime = testRuntime();
  const directory = graphDirectory({
    certificates: true,
    client: graph.client,
    signInAudience: "AzureADandPersonalMicrosoftAccount",
    apis: [{ appId: newId(), roleIds: { "api.read": newId(), "api.write": newId() } }],
    runtime,
    budgetMs,
  });
  const secret = { displayName: "x", createdAt: new Date(0), expiresAt: new Date(1) };
  return {
    runtime,
    directory,
    create: () =>
      directory.create({ operationId: newId(), subscription: "s", displayName: "x", roles: [] }),
    rename: () => directory.rename(newId(), "x", LONG_AGO),
    setDisabled: () => directory.setDisabled(newId(), true, LONG_AGO),
    delete: () => directory.delete(newId(), LONG_AGO),
    addSecret: () => directory.addSecret(newId(), secret, LONG_AGO),
    removeSecret: () => directory.removeSecret(newId(), newId(), LONG_AGO),
    get: () => directory.get(newId(), LONG_AGO),
  };
}

const CHANGES = ["create", "rename", "setDisabled", "delete", "addSecret", "removeSecret"] as const;
type Change = (typeof CHANGES)[number];

const application = () => ({
  id: newId(),
  appId: newId(),
  displayName: "x",
  createdDateTime: "2026-01-01T00:00:00Z",
  passwordCredentials: [],
});

describe("a definite refusal is told with its reason", () => {
  test.each([
    [403, "Authorization_RequestDenied", { reason: "not-ours" }],
    [403, "Directory_QuotaExceeded", { reason: "directory-full" }],
    [400, "Directory_QuotaExceeded", { reason: "directory-full" }],
    [
      400,
      "CredentialInvalidLifetimeAsPerAppPolicy",
      { reason: "forbidden-by-policy", policy: "lifetime" },
    ],
    [
      400,
      "CredentialTypeNotAllowedAsPerAppPolicy",
      { reason: "forbidden-by-policy", policy: "type" },
    ],
    [
      400,
      "SignInAudienceNotAllowedAsPerAppPolicy",
      { reason: "forbidden-by-policy", policy: "audience" },
    ],
    [404, "Request_ResourceNotFound", { reason: "absent" }],
    [400, "Error_MsaAppDoesNotExist", { reason: "absent" }],
    [
      403,
      "Directory_ResourceSizeExceeded",
      { reason: "refused", status: 403, code: "Directory_ResourceSizeExceeded" },
    ],
    [409, "Conflict", { reason: "refused", status: 409, code: "Conflict" }],
    [422, "Whatever", { reason: "refused", status: 422, code: "Whatever" }],
  ])("%i %s, for every change", async (status, code, refusal) => {
    for (const change of CHANGES) {
      graph.script(graphError(status, code));
      expect(await open()[change](), change).toEqual({ kind: "refused", refusal });
      expect(graph.seen, change).toHaveLength(1);
    }
  });

  test.each<[Change, string, object]>([
    [
      "create",
      "Invalid value specified for property 'displayName' of resource 'Application'.",
      { reason: "name-not-allowed" },
    ],
    [
      "create",
      "Invalid value specified for property 'resourceAppId' of resource 'RequiredResourceAccess'.",
      { reason: "refused", status: 400, code: "Request_BadRequest" },
    ],
    ["rename", "No such luck.", { reason: "name-not-allowed" }],
    ["addSecret", "The credential limit has been reached.", { reason: "secrets-full" }],
    ["removeSecret", "No password credential found.", { reason: "secret-absent" }],
  ])("%s: 400 %s", async (change, message, refusal) => {
    graph.script(graphError(400, "Request_BadRequest", message));
    expect(await open()[change]()).toEqual({ kind: "refused", refusal });
  });

  describe("a life that is too long for a policy", () => {
    const OWN = "538f1913-366a-440a-95a0-e195cb55b282";
    const tooLong = (policy: string) =>
      graphError(
        400,
        "CredentialInvalidLifetimeAsPerAppPolicy",
        `Credential lifetime exceeds the max value allowed as per assigned policy '${policy}'.`,
      );
    const refusal = { reason: "forbidden-by-policy", policy: "lifetime" };
    const rule = { restrictionType: "passwordLifetime", maxLifetime: "P89DT12H" };

    test("is told with the days that are allowed, where the policy may be read", async () => {
      graph.script(tooLong(OWN), json(200, { restrictions: { passwordCredentials: [rule] } }));

      const answer = await open().addSecret();

      expect(answer).toEqual({
        kind: "refused",
        refusal: { ...refusal, policyId: OWN, longestDays: 89 },
      });
      expect(graph.seen.map(({ path }) => path).at(-1)).toContain(`appManagementPolicies/${OWN}`);
    });

    test.each<[string, Turn]>([
      ["may not be read", graphError(403, "Authorization_RequestDenied")],
      ["has gone", graphError(404, "Request_ResourceNotFound")],
      ["is not answered", cut],
      ["has another shape", json(200, { restrictions: 5 })],
      ["is off by now", json(200, { applicationRestrictions: {} })],
    ])("is a refusal all the same where it %s", async (_, turn) => {
      const policyId = "00000000-0000-0000-0000-000000000000";
      graph.script(tooLong(policyId), turn);

      expect(await open().addSecret()).toEqual({
        kind: "refused",
        refusal: { ...refusal, policyId },
      });
      expect(graph.seen.map(({ path }) => path).at(-1)).toContain("defaultAppManagementPolicy");
    });
  });

  test("a read that is refused throws the reason", async () => {
    graph.script(graphError(403, "Authorization_RequestDenied"));
    const error = await open()
      .get()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DirectoryRefused);
    expect(error).toMatchObject({ refusal: { reason: "not-ours" } });
  });

  test("a replica that cannot read its tenant says nothing of a client: it is asked again, whatever was asked", async () => {
    const astray = graphError(404, "Directory_ObjectNotFound");
    for (const change of CHANGES) {
      graph.script(astray);
      expect(await open()[change](), change).toMatchObject({ kind: "not-now" });
    }
    graph.script(astray, noContent);
    expect(await open().delete()).toEqual({ kind: "done", value: undefined });
    const { runtime, directory } = open();
    // Of a client that was made a moment ago it is waited for, as for one that is not there yet.
    graph.script(astray, astray, astray, astray, astray, noContent);
    const fresh = { createdAt: runtime.now() };
    expect((await directory.rename(newId(), "x", fresh)).kind).toBe("done");
    graph.script(astray);
    await expect(open().get()).rejects.toBeInstanceOf(RemoteUnavailable);
  });

  test("a page of a proxy is no word of the directory: 403 is a refusal without a code, 404 is not 'absent'", async () => {
    graph.script(html(403));
    expect(await open().delete()).toEqual({
      kind: "refused",
      refusal: { reason: "refused", status: 403, code: "" },
    });
    graph.script(html(404));
    expect(await open().delete()).toMatchObject({ kind: "unknown" });
    await expect(open().get()).rejects.toBeInstanceOf(RemoteUnavailable);
  });
});

describe("an answer that cannot be read", () => {
  const UNREADABLE: readonly [string, Turn][] = [
    ["cut in the middle", cut],
    ["truncated", truncated],
    ["empty", nothing(201)],
    ["a page", html(200)],
    ["of another shape", json(200, { id: 5 })],
  ];

  test.each(UNREADABLE)("%s: nobody knows whether the change was made", async (_, turn) => {
    for (const change of ["create", "addSecret"] as const) {
      graph.script(turn);
      expect(await open()[change](), change).toMatchObject({ kind: "unknown" });
      expect(graph.seen, change).toHaveLength(1);
    }
  });

  test.each(UNREADABLE)("%s: a change that may be repeated is", async (_, turn) => {
    graph.script(turn, noContent);
    expect(await open().rename()).toEqual({ kind: "done", value: undefined });
  });

  test.each(UNREADABLE)("%s: a read is repeated, then given up", async (_, turn) => {
    const wanted = application();
    graph.script(turn, json(200, wanted));
    expect(await open().get()).toMatchObject({ id: wanted.id });

    graph.script(turn);
    await expect(open().get()).rejects.toMatchObject({
      code: "REMOTE_UNAVAILABLE",
      service: "directory",
    });
    expect(graph.seen).toHaveLength(4);
  });

  test("what was lost and is then 'not there' has gone", async () => {
    graph.script(cut, graphError(404, "Request_ResourceNotFound"));
    expect(await open().delete()).toEqual({ kind: "done", value: undefined });
    graph.script(cut, graphError(400, "Request_BadRequest"));
    expect(await open().removeSecret()).toEqual({ kind: "done", value: undefined });
  });
});

describe("a token that is refused", () => {
  test("is renewed, with the claims of a challenge, and the call repeated once, a POST too", async () => {
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}';
    graph.script(challenge(claims), json(201, application()));

    expect((await open().create()).kind).toBe("done");

    expect(graph.renewals).toEqual([{ refused: "token-0", claims }]);
    expect(graph.seen.map(({ token }) => token)).toEqual(["token-0", "token-1"]);
    expect(graph.seen[1]?.body).toEqual(graph.seen[0]?.body);
  });

  test("without a challenge it is renewed all the same", async () => {
    graph.script(challenge(), noContent);
    expect((await open().rename()).kind).toBe("done");
    expect(graph.renewals).toEqual([{ refused: "token-0", claims: undefined }]);
  });

  test("twice: nothing was done, and nothing is asked again", async () => {
    for (const change of CHANGES) {
      graph.script(challenge());
      expect(await open()[change](), change).toMatchObject({ kind: "not-now", throttled: false });
      expect(graph.seen, change).toHaveLength(2);
    }
    graph.script(challenge());
    await expect(open().get()).rejects.toMatchObject({ executed: "no" });
  });

  test("is sent to no other origin", async () => {
    graph.script(json(200, { value: [], "@odata.nextLink": "https://127.0.0.1:1/v1.0/next" }));
    await expect(open().directory.findByOperation(newId())).rejects.toMatchObject({
      executed: "no",
    });
    expect(graph.seen).toHaveLength(1);
  });
});

describe("waiting", () => {
  test("Retry-After may be a date", async () => {
    const { runtime, create } = open();
    const at = new Date(runtime.now().getTime() + 3_000);
    graph.script(
      graphError(429, "TooManyRequests", "", { "retry-after": at.toUTCString() }),
      json(201, application()),
    );
    const startedAt = runtime.now().getTime();
    expect((await create()).kind).toBe("done");
    expect(runtime.now().getTime() - startedAt).toBe(3_000);
  });

  test("a date far away is passed on", async () => {
    const { runtime, create } = open();
    const at = new Date(runtime.now().getTime() + 90_000);
    graph.script(graphError(429, "TooManyRequests", "", { "retry-after": at.toUTCString() }));
    expect(await create()).toEqual({ kind: "not-now", throttled: true, retryAfterSeconds: 90 });
  });

  test.each(["0", "Mon, 01 Jan 2001 00:00:00 GMT", "soon", "-5"])(
    "Retry-After: %s makes no hot loop",
    async (value) => {
      const { runtime, create } = open();
      graph.script(graphError(429, "TooManyRequests", "", { "retry-after": value }));
      const startedAt = runtime.now().getTime();
      expect((await create()).kind).toBe("not-now");
      expect(graph.seen.length).toBeLessThanOrEqual(4);
      expect(runtime.now().getTime() - startedAt).toBeGreaterThanOrEqual(150);
    },
  );

  test("a call ends with the budget", async () => {
    graph.script(silence);
    const startedAt = performance.now();
    expect(await open(150).create()).toMatchObject({ kind: "unknown" });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test("a call ends with the deadline, also while the body is on its way", async () => {
    graph.script((response) => {
      response.writeHead(201, { "content-type": "application/json" });
      response.write('{"id":');
    });
    const startedAt = performance.now();
    expect(await withDeadline(150, () => open().create())).toMatchObject({ kind: "unknown" });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test("nothing is begun when no time is left", async () => {
    graph.script(json(201, application()));
    expect(await open(0).create()).toMatchObject({ kind: "not-now" });
    expect(await withDeadline(0, () => open().rename())).toMatchObject({ kind: "not-now" });
    await expect(withDeadline(0, () => open().get())).rejects.toMatchObject({ executed: "no" });
    expect(graph.seen).toHaveLength(0);
  });

  test("an answer that was lost stays unknown when the time is over", async () => {
    const { runtime, rename } = open();
    graph.script((response) => {
      runtime.pass(BUDGET_MS);
      html(502)(response, { method: "", path: "", token: "", body: undefined });
    });
    expect(await rename()).toMatchObject({ kind: "unknown" });
    expect(graph.seen).toHaveLength(1);
  });

  test("records that are away do not end the waiting for a late directory", async () => {
    const { runtime, directory } = open();
    graph.script(graphError(404, "Request_ResourceNotFound"), noContent);
    const recorded = async () => {
      throw new RemoteUnavailable("records", { executed: "no" });
    };
    const expected = { createdAt: runtime.now(), recorded };
    expect((await directory.rename(newId(), "x", expected)).kind).toBe("done");
  });
});

describe("the search by operation", () => {
  const next = (path: string) => `${graph.origin}/v1.0${path}`;

  test("follows pages, empty ones too", async () => {
    const wanted = application();
    graph.script(
      json(200, { value: [], "@odata.nextLink": next("/applications?$skiptoken=1") }),
      json(200, { value: [], "@odata.nextLink": next("/applications?$skiptoken=2") }),
      json(200, { value: [wanted] }),
    );
    expect(await open().directory.findByOperation(newId())).toMatchObject({ id: wanted.id });
    expect(graph.seen.map(({ path }) => path.includes("skiptoken"))).toEqual([false, true, true]);
  });

  test("ends after twenty pages, and has then not found that there is none", async () => {
    graph.script((response, request) =>
      json(200, { value: [], "@odata.nextLink": next("/applications?$skiptoken=1") })(
        response,
        request,
      ),
    );
    await expect(open().directory.findByOperation(newId())).rejects.toBeInstanceOf(
      RemoteUnavailable,
    );
    expect(graph.seen).toHaveLength(20);
  });
});
