import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv, promisify } from "node:util";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { close, listen } from "../../infra/local/listen.ts";
import { openApi } from "../support/api.ts";
import { startTestCloud } from "../support/cloud.ts";
import { grantAs } from "../support/grant-as.ts";
import { listenSecurely } from "../support/listen-securely.ts";
import { makeClient } from "../support/make.ts";

/**
 * What the page tells people to paste for each platform: parsed as the platform parses it, and its shell run as it stands, with a token
 * of a stand-in issuer where the platform would hand out its own. The audience of that token is the one that the snippet asks for.
 * (The step of GitHub's workflow is run with the flavours.)
 */

const PAGE = "docs/federated.md";
const page = readFileSync(join(import.meta.dirname, "../..", PAGE), "utf8");
const run = promisify(execFile);

/** The fenced blocks of a platform's part, in order. */
function blocks(platform: string, language: "sh" | "yaml" | "ini"): string[] {
  const [, part = ""] = page.split(`**${platform}**`);
  const [own = ""] = part.split(/^(?:\*\*|## )/m);
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...own.matchAll(fence)].map(([, block = ""]) => block);
}
const only = (platform: string, language: "sh" | "yaml" | "ini"): string => {
  const [block, ...more] = blocks(platform, language);
  if (block === undefined || more.length > 0) throw new Error(`Not one of ${platform}`);
  return block;
};
const exchange = /^```sh\n(#!\/bin\/sh\n[\s\S]*?)^```$/m.exec(page)?.[1] ?? "";

const AUDIENCE = "api://AzureADTokenExchange";
/** As each platform writes who the program is. */
const SUBJECTS = {
  gitlab: "project_path:acme/import:ref_type:branch:ref:main",
  devops: "/eid1/c/pub/t/tenant/a/app/sc/organization/connection",
  terraform: "organization:acme:project:Default:workspace:import:run_phase:apply",
  kubernetes: "system:serviceaccount:production:nightly-import",
  google: "112633961854638529490",
  aws: "arn:aws:iam::123456789012:role/import",
  spiffe: "spiffe://acme.example/nightly-import",
} as const;
type Platform = keyof typeof SUBJECTS;

let folder: string;
let issuer: Awaited<ReturnType<typeof listenSecurely>>;
let environment: Readonly<Record<string, string>>;
let tokenOf: (platform: Platform, audience: string) => Promise<string>;

beforeAll(async () => {
  const cloud = await startTestCloud({ flavour: "entra" });
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "platform", alg: "RS256", use: "sig" };
  issuer = await listenSecurely(cloud, ({ url }, response) => {
    const { origin } = issuer;
    const answer =
      url === "/keys" ? { keys: [jwk] } : { issuer: origin, jwks_uri: `${origin}/keys` };
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  });
  tokenOf = (platform, audience) =>
    new SignJWT()
      .setProtectedHeader({ alg: "RS256", kid: "platform" })
      .setIssuer(issuer.origin)
      .setSubject(SUBJECTS[platform])
      .setAudience(audience)
      .setExpirationTime("5m")
      .sign(privateKey);
  const { call } = await (await openApi(cloud)).customer();
  const client = await makeClient(call);
  await grantAs(cloud, client.id);
  for (const [name, subject] of Object.entries(SUBJECTS)) {
    const json = { name, issuer: issuer.origin, subject };
    const made = await call("POST", `/clients/${client.id}/federated-credentials`, { json });
    expect(made.status).toBe(201);
  }
  folder = await mkdtemp(join(tmpdir(), "latchkey-federated-"));
  await program("exchange-and-import.sh", exchange);
  environment = {
    ...{ PATH: `${folder}:${process.env["PATH"] ?? ""}`, HOME: folder },
    ...{ TOKEN_ENDPOINT: client.tokenEndpoint, CLIENT_ID: client.appId, SCOPE: client.scope },
    ...{ API: cloud.addresses.demoApi },
  };
});
afterAll(async () => {
  await issuer?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function program(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text);
  await chmod(join(folder, name), 0o755);
}
/** A command of the platform's that is asked in exactly these words. */
const stand = (name: string, asked: string, answer: string) =>
  program(name, `#!/bin/sh\n[ "$*" = '${asked}' ] || exit 2\nprintf '%s\\n' '${answer}'\n`);

async function typed(script: string, more: Readonly<Record<string, string>>): Promise<unknown> {
  const env = { ...environment, ...more };
  const { stdout } = await run("sh", ["-euc", script], { cwd: folder, env });
  return JSON.parse(stdout);
}
const TASKS = { items: [] };

describe("federated", () => {
  test("GitHub's workflow is one, and may ask for tokens", () => {
    const [, text = ""] = /^```yaml\n(name: import\n[\s\S]*?)^```$/m.exec(page) ?? [];
    expect(parse(text)).toMatchObject({
      on: { push: { branches: ["main"] } },
      permissions: { "id-token": "write" },
      jobs: { import: { "runs-on": "ubuntu-latest", steps: [{ run: expect.any(String) }] } },
    });
  });

  test("GitLab", async () => {
    const Job = z.strictObject({
      import: z.strictObject({
        id_tokens: z.strictObject({ ASSERTION: z.strictObject({ aud: z.string() }) }),
        script: z.array(z.string()),
      }),
    });
    const { id_tokens: tokens, script } = Job.parse(parse(only("GitLab", "yaml"))).import;
    const ASSERTION = await tokenOf("gitlab", tokens.ASSERTION.aud);

    expect(await typed(script.join("\n"), { ASSERTION })).toEqual(TASKS);
  });

  test("Azure DevOps", async () => {
    const inputs = z.looseObject({
      addSpnToEnvironment: z.literal(true),
      scriptType: z.literal("bash"),
      inlineScript: z.string(),
    });
    const Steps = z.strictObject({
      steps: z.tuple([z.strictObject({ task: z.literal("AzureCLI@2"), inputs })]),
    });
    const [{ inputs: given }] = Steps.parse(parse(only("Azure DevOps", "yaml"))).steps;

    const idToken = await tokenOf("devops", AUDIENCE);
    expect(await typed(given.inlineScript, { idToken })).toEqual(TASKS);
  });

  test("HCP Terraform", async () => {
    const { TFC_WORKLOAD_IDENTITY_AUDIENCE: audience = "" } = parseEnv(
      only("HCP Terraform", "ini"),
    );
    const token = await tokenOf("terraform", audience);

    const script = only("HCP Terraform", "sh");
    expect(await typed(script, { TFC_WORKLOAD_IDENTITY_TOKEN: token })).toEqual(TASKS);
  });

  test("Kubernetes", async () => {
    const token = z.strictObject({
      ...{ path: z.string(), audience: z.string(), expirationSeconds: z.int().min(600) },
    });
    const source = z.strictObject({ serviceAccountToken: token });
    const container = z.looseObject({
      env: z.tuple([
        z.strictObject({ name: z.literal("AZURE_FEDERATED_TOKEN_FILE"), value: z.string() }),
      ]),
      volumeMounts: z.tuple([
        z.strictObject({ name: z.string(), mountPath: z.string(), readOnly: z.literal(true) }),
      ]),
    });
    const volume = z.strictObject({
      name: z.string(),
      projected: z.strictObject({ sources: z.tuple([source]) }),
    });
    const Pod = z.strictObject({
      ...{ apiVersion: z.literal("v1"), kind: z.literal("Pod") },
      metadata: z.strictObject({ name: z.string(), namespace: z.string() }),
      spec: z.strictObject({
        serviceAccountName: z.string(),
        containers: z.tuple([container]),
        volumes: z.tuple([volume]),
      }),
    });
    const { metadata, spec } = Pod.parse(parse(only("Kubernetes", "yaml")));
    const { env, volumeMounts } = spec.containers[0];
    const [{ name, projected }] = spec.volumes;
    const { path, audience } = projected.sources[0].serviceAccountToken;
    expect(volumeMounts[0].name).toBe(name);
    expect(env[0].value).toBe(`${volumeMounts[0].mountPath}/${path}`);
    const account = `system:serviceaccount:${metadata.namespace}:${spec.serviceAccountName}`;
    expect(account).toBe(SUBJECTS.kubernetes);

    const file = join(folder, "entra");
    await writeFile(file, await tokenOf("kubernetes", audience));
    const script = only("Kubernetes", "sh");
    expect(await typed(script, { AZURE_FEDERATED_TOKEN_FILE: file })).toEqual(TASKS);
  });

  test("Google Cloud", async () => {
    const asked: unknown[] = [];
    const metadata = createServer((request, response) => {
      const url = new URL(request.url ?? "");
      asked.push([url.host, url.pathname, request.headers["metadata-flavor"]]);
      void tokenOf("google", url.searchParams.get("audience") ?? "").then((token) =>
        response.end(token),
      );
    });
    const proxy = `http://127.0.0.1:${await listen(metadata, 0)}`;
    try {
      const outside = { http_proxy: proxy, no_proxy: "127.0.0.1,localhost" };
      expect(await typed(only("Google Cloud", "sh"), outside)).toEqual(TASKS);
    } finally {
      await close(metadata);
    }
    const path = "/computeMetadata/v1/instance/service-accounts/default/identity";
    expect(asked).toEqual([["metadata.google.internal", path, "Google"]]);
  });

  test("Amazon Web Services", async () => {
    await stand(
      "aws",
      `sts get-web-identity-token --audience ${AUDIENCE} --signing-algorithm RS256 --query WebIdentityToken --output text`,
      await tokenOf("aws", AUDIENCE),
    );
    expect(await typed(only("Amazon Web Services", "sh"), {})).toEqual(TASKS);
  });

  test("SPIFFE", async () => {
    // As SPIRE's agent prints it: the identities, then the bundles.
    const svid = await tokenOf("spiffe", AUDIENCE);
    const printed = [{ svids: [{ hint: "", spiffe_id: SUBJECTS.spiffe, svid }] }, { bundles: {} }];
    await stand(
      "spire-agent",
      `api fetch jwt -audience ${AUDIENCE} -output json`,
      JSON.stringify(printed),
    );
    expect(await typed(only("SPIFFE", "sh"), {})).toEqual(TASKS);
  });

  test("a token that nobody trusts is refused, and the script says by whom", async () => {
    const ASSERTION = await tokenOf("gitlab", "api://else");
    const failed = await typed("./exchange-and-import.sh", { ASSERTION }).catch(
      (error: { code: number; stdout: string }) => error,
    );
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining("AADSTS700212") });
  });
});
