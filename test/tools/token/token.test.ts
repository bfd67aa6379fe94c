import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeToken } from "../../../infra/tools/token/claims.ts";
import { explainRefusal } from "../../../infra/tools/token/explain.ts";
import { requestToken, type TokenAnswer } from "../../../infra/tools/token/request.ts";
import { aClient, openTestDirectory, setting, text } from "../../local/directory/support.ts";
import { runNode } from "../../support/run-node.ts";

/** Both token endpoints, in all the ways a customer's developer meets them. */

interface Fixture {
  readonly tenant: Awaited<ReturnType<typeof openTestDirectory>>;
  readonly id: string;
  readonly clientId: string;
  readonly secret: string;
}

async function openFixture(flavour: "b2c" | "entra"): Promise<Fixture> {
  const tenant = await openTestDirectory({ flavour });
  const { body } = await tenant.graph("POST", "/applications", aClient(tenant.directory));
  const id = text(body, "id");
  const added = await tenant.graph("POST", `/applications/${id}/addPassword`, {});
  return { tenant, id, clientId: text(body, "appId"), secret: text(added.body, "secretText") };
}

describe.each(["b2c", "entra"] as const)("%s", (flavour) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture(flavour);
  });
  afterAll(() => fixture.tenant.close());

  const ask = (changes: Partial<Parameters<typeof requestToken>[0]> = {}) =>
    requestToken({
      endpoint: setting(fixture.tenant.directory, "TOKEN_ENDPOINT"),
      clientId: fixture.clientId,
      secret: fixture.secret,
      scope: setting(fixture.tenant.directory, "RESOURCE_SCOPE"),
      ...changes,
    });
  const explained = (answer: TokenAnswer) => (answer.ok ? "a token" : explainRefusal(answer));

  test("no consent yet: a token without roles or none at all, and why", async () => {
    const answer = await ask();
    if (flavour === "entra")
      return expect(explained(answer)).toMatch(/^No administrator has consented/);
    if (!answer.ok) throw new Error(answer.description);
    expect(describeToken(answer.accessToken, new Date()).join("\n")).toMatch(
      /carries no role.*No administrator has consented/,
    );
  });

  test("consented: the role, in the claim of this flavour", async () => {
    await fetch(`${fixture.tenant.directory.origin}/consent/${fixture.clientId}/grant`, {
      method: "POST",
    });
    const answer = await ask();
    if (!answer.ok) throw new Error(answer.description);
    const lines = describeToken(answer.accessToken, new Date()).join("\n");
    expect(lines).toMatch(
      flavour === "b2c" ? /^scp {4}api\.read {2}\(/m : /^roles {2}\["api\.read"\]/m,
    );
    expect(lines).toContain(`azp    ${fixture.clientId}`);
    expect(lines).toMatch(/roles api\.read, for (59|60) minutes/);
    expect(lines).not.toContain(answer.accessToken);
  });

  test("each refusal has a remedy", async () => {
    expect(explained(await ask({ secret: "wrong" }))).toMatch(/^The secret is wrong\./);
    expect(explained(await ask({ clientId: crypto.randomUUID() }))).toMatch(/knows no such client/);
    expect(explained(await ask({ scope: "api.read" }))).toMatch(/^The scope is wrong\./);
    expect(explained(await ask({ scope: "https://wrong.example.com/.default" }))).toMatch(/scope/i);
    await fixture.tenant.graph("PATCH", `/applications/${fixture.id}`, { isDisabled: true });
    expect(explained(await ask())).toMatch(/^The client is suspended\./);
    await fixture.tenant.graph("PATCH", `/applications/${fixture.id}`, { isDisabled: false });
  });

  test("the command reads the secret from standard input and prints no token unasked", async () => {
    const run = (stdin: string, ...args: string[]) =>
      runNode(
        "infra/tools/token/command.ts",
        ["--client-id", fixture.clientId, ...args],
        {
          TOKEN_ENDPOINT: setting(fixture.tenant.directory, "TOKEN_ENDPOINT"),
          RESOURCE_SCOPE: setting(fixture.tenant.directory, "RESOURCE_SCOPE"),
        },
        stdin,
      );
    const [told, raw, refused] = await Promise.all([
      run(`${fixture.secret}\n`),
      run(fixture.secret, "--raw"),
      run("wrong"),
    ]);
    expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining("for 60 minutes") });
    expect(told.stdout).not.toContain("eyJ");
    expect(raw.stdout).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("The secret is wrong.");
  });
});

test("throttling, in both forms", () => {
  const refusal = { ok: false, description: "", code: "AADB2C90244" } as const;
  expect(explainRefusal({ ...refusal, status: 400 })).toMatch(/^Too many token requests/);
  expect(explainRefusal({ ...refusal, code: "", status: 429, retryAfterSeconds: 7 })).toMatch(
    /asks for 7 seconds/,
  );
});

test("a secret never travels in the clear to another machine", async () => {
  const question = { clientId: "a", secret: "b", scope: "c" };
  await expect(
    requestToken({ ...question, endpoint: "http://login.example.com/token" }),
  ).rejects.toThrow("is not https");
});
