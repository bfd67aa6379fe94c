import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { requestToken } from "../../../infra/tools/token/request.ts";
import { graph, text } from "../../local/directory/support.ts";
import { openApi } from "../../support/api.ts";
import { NO_PASSES, startTestCloud } from "../../support/cloud.ts";
import { startGithubIssuer } from "../../support/github-issuer.ts";
import { grantAs } from "../../support/grant-as.ts";
import { makeClient, type ShownClient } from "../../support/make.ts";
import { climb, refusedCertificate } from "./certificate-climb.ts";
import { rotatesByItself } from "./own-rotation.ts";

/**
 * The whole story in both flavours: create, consent, a secret, a token, a call. The service is the same bundle; nothing but
 * its settings tells it where it is.
 */

const FLAVOURS = [
  { flavour: "b2c", claim: "scp", endpoint: /\/b2c_1_signin\/oauth2\/v2\.0\/token$/ },
  {
    flavour: "entra",
    claim: "roles",
    endpoint: /^[^/]+\/\/[^/]+\/[\da-f-]{36}\/oauth2\/v2\.0\/token$/,
  },
] as const;

/** Both go on to the end of the file. */
const clouds = new Map<string, Cloud>();

interface Made {
  readonly id: string;
  readonly appId: string;
  readonly tokenEndpoint: string;
  readonly scope: string;
  readonly secretText: string;
}

describe.each(FLAVOURS)("$flavour", ({ flavour, claim, endpoint }) => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startTestCloud({ flavour, environment: NO_PASSES });
    clouds.set(flavour, cloud);
  });

  const post = async (path: string, body: object): Promise<Record<string, string>> => {
    const response = await fetch(`${cloud.addresses.api}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${cloud.addresses.users.ann.accessToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    return (await response.json()) as Record<string, string>;
  };
  const make = async (): Promise<Made> => {
    const {
      id = "",
      appId = "",
      tokenEndpoint = "",
      scope = "",
    } = await post("/clients", {
      displayName: `For ${flavour}`,
      roles: ["api.read"],
    });
    const { secretText = "" } = await post(`/clients/${id}/secrets`, { displayName: "first" });
    return { id, appId, tokenEndpoint, scope, secretText };
  };
  const tokenFor = async ({ appId, tokenEndpoint, scope, secretText }: Made): Promise<string> => {
    const question = { endpoint: tokenEndpoint, clientId: appId, secret: secretText, scope };
    const answer = await requestToken(question);
    if (!answer.ok) throw new Error(`${answer.code} ${answer.description}`);
    return answer.accessToken;
  };
  const tasks = async (token: string, method: string) =>
    (
      await fetch(`${cloud.addresses.demoApi}/tasks`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(method === "POST" && { body: JSON.stringify({ title: "A task" }) }),
      })
    ).status;

  test("a client works from its consent on, within its role", async () => {
    const made = await make();
    expect(made.tokenEndpoint).toMatch(endpoint);
    if (flavour === "b2c") expect(await tasks(await tokenFor(made), "GET")).toBe(403);
    else await expect(tokenFor(made)).rejects.toThrow("AADSTS7000229");

    await fetch(`${cloud.directory.origin}/consent/${made.appId}/grant`, { method: "POST" });
    const token = await tokenFor(made);
    const claims = decodeJwt(token);
    expect([claims[claim]].flat()).toEqual(["api.read"]);
    expect(claims[claim === "scp" ? "roles" : "scp"]).toBeUndefined();
    expect(claims["azp"]).toBe(made.appId);
    expect([await tasks(token, "GET"), await tasks(token, "POST")]).toEqual([200, 403]);
  });

  test("a client climbs to certificates where the token endpoint takes them", async () => {
    const made = await make();
    await fetch(`${cloud.directory.origin}/consent/${made.appId}/grant`, { method: "POST" });
    if (flavour === "b2c")
      expect(await refusedCertificate(cloud, made)).toMatchObject({
        type: "/problems/credential-kind-not-allowed",
        allowed: ["secret"],
        why: "directory",
      });
    else await climb(cloud, made);
  });

  test("settings of the other flavour are other values of the same names", async () => {
    expect(Object.keys(cloud.settings)).toEqual(expect.arrayContaining(["TOKEN_ENDPOINT"]));
    names[flavour] = Object.keys(cloud.settings).sort();
  });
});

const names: Record<string, string[]> = {};
test("both flavours need the same settings, but for B2C's user flows and for what tells that an address is its owner's", () => {
  const ownTo: Readonly<Record<string, readonly string[]>> = {
    b2c: ["CUSTOMER_EMAIL_PROOF", "CUSTOMER_POLICIES"],
    entra: ["CUSTOMER_EMAIL_CLAIM"],
  };
  const shared = (flavour: string) =>
    names[flavour]?.filter((name) => !ownTo[flavour]?.includes(name));
  expect(shared("entra")).toEqual(shared("b2c"));
  for (const [flavour, own] of Object.entries(ownTo))
    expect(names[flavour]).toEqual(expect.arrayContaining([...own]));
});

test("in the Entra flavour a client sees its credentials of every kind, and rotates its own", async () => {
  const cloud = clouds.get("entra");
  if (!cloud) throw new Error("The cloud of Entra has not been started");
  await rotatesByItself(cloud);
});

/** The step of docs/federated.md's workflow, run as it stands there. */
const page = readFileSync(join(import.meta.dirname, "../../../docs/federated.md"), "utf8");
const step = (/^ {8}run: \|\n((?: {10}.*\n|\n)+)/m.exec(page)?.[1] ?? "").replaceAll(
  /^ {10}/gm,
  "",
);
const run = promisify(execFile);
const audiences = ["api://AzureADTokenExchange"];

describe("in the Entra flavour, without a secret,", () => {
  let cloud: Cloud;
  let github: Awaited<ReturnType<typeof startGithubIssuer>>;
  let client: ShownClient;
  beforeAll(async () => {
    const found = clouds.get("entra");
    if (!found) throw new Error("The cloud of Entra has not been started");
    cloud = found;
    github = await startGithubIssuer(cloud);
    client = await makeClient((await (await openApi(cloud)).customer()).call);
    await grantAs(cloud, client.id);
    const subject = "repo:octo-org/octo-repo:ref:refs/heads/main";
    const credential = { name: "github-main", issuer: github.issuer, subject, audiences };
    const path = `/applications/${client.id}/federatedIdentityCredentials`;
    const { graphToken } = cloud.addresses.users.olga;
    const made = await graph(cloud.directory, graphToken, "POST", path, credential);
    expect(made.status).toBe(201);
  });
  afterAll(() => github.stop());

  const runOn = (ref: string) =>
    run("sh", ["-c", step], {
      env: {
        ...{ PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" },
        ...github.startRun({ repository: "octo-org/octo-repo", ref }),
        CURL_CA_BUNDLE: cloud.settings["NODE_EXTRA_CA_CERTS"],
        TOKEN_ENDPOINT: cloud.directory.resourceCredential.tokenEndpoint,
        CLIENT_ID: client.appId,
        SCOPE: client.scope,
        API: cloud.addresses.demoApi,
      },
    });

  test("a workflow on the branch that is trusted calls the API, without a secret", async () => {
    const { stdout } = await runOn("refs/heads/main");
    const [mask = "", ...answer] = stdout.trim().split("\n");
    expect(mask).toMatch(/^::add-mask::ey/);
    expect(JSON.parse(answer.join("\n"))).toBeInstanceOf(Object);
  });

  test("a workflow on another branch gets nothing, and is told why", async () => {
    const failed = await runOn("refs/heads/feature").catch((error: { stdout: string }) => error);
    expect(failed.stdout).toContain("AADSTS700213");
    expect(failed.stdout).not.toContain("::add-mask::");
  });

  test("the token endpoint tells apart what differs, in Entra's codes", async () => {
    const repository = "octo-org/octo-repo";
    const main = { repository, ref: "refs/heads/main" };
    const other = await startGithubIssuer(cloud);
    const answers: unknown[] = [];
    for (const client_assertion of [
      await other.tokenOf(main, audiences[0] ?? ""),
      await github.tokenOf(main, "https://github.com/octo-org"),
      await github.tokenOf({ ...main, ref: "refs/heads/x" }, audiences[0] ?? ""),
      await github.tokenOf({ ...main, repository: "Octo-Org/octo-repo" }, audiences[0] ?? ""),
      await github.tokenOf(main, audiences[0] ?? "", -900),
      `${(await github.tokenOf(main, audiences[0] ?? "")).slice(0, -8)}AAAAAAAA`,
      await github.tokenOf(main, audiences[0] ?? ""),
    ]) {
      const response = await fetch(cloud.directory.resourceCredential.tokenEndpoint, {
        method: "POST",
        body: new URLSearchParams({
          ...{ grant_type: "client_credentials", client_id: client.appId, scope: client.scope },
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          client_assertion,
        }),
      });
      const body = (await response.json()) as Record<string, unknown>;
      answers.push(body["error_codes"] ?? text(body, "token_type"));
    }
    await other.stop();
    expect(answers).toEqual([
      [700211],
      [700212],
      [700213],
      [7002138],
      [700024],
      [7000272],
      "Bearer",
    ]);
  });
});
