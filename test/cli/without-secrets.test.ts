import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { type Api, openApi } from "../support/api.ts";
import { NO_SWEEPS, startTestCloud } from "../support/cloud.ts";
import { grantAs } from "../support/grant-as.ts";
import { newId } from "../support/samples.ts";
import { selfSignedCertificate } from "../support/self-signed.ts";
import { latchkey, type Typed } from "./support/run.ts";

/** Certificates and federated credentials, in a directory that takes them. */

let cloud: Cloud;
let api: Api;
let mine: Record<string, string>;
let folder: string;
let id: string;
beforeAll(async () => {
  cloud = await startTestCloud({ environment: NO_SWEEPS, flavour: "entra" });
  api = await openApi(cloud);
  mine = { LATCHKEY_API: cloud.addresses.api };
  folder = await mkdtemp(join(tmpdir(), "latchkey-pem-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  mine = { ...mine, LATCHKEY_TOKEN: (await api.customer()).token };
  ({ id } = await json("clients", "create", "Without a secret"));
});

const run = (args: readonly string[], typed: Typed = {}) =>
  latchkey(args, { ...typed, environment: mine });
const json = async (...args: readonly string[]) => {
  const { code, out, said } = await run([...args, "--json"]);
  if (code !== 0) throw new Error(`${args.join(" ")}: ${code} ${said}`);
  return JSON.parse(out);
};
/** @returns the path of a file with it */
const pem = async (name: string, text = selfSignedCertificate(name).pem) => {
  const file = join(folder, `${name}.pem`);
  await writeFile(file, text);
  return file;
};

describe("certificates", () => {
  test("are added, listed, replaced and removed; of a file with its key the key stays here", async () => {
    const added = await json("certificates", "add", id, await pem("First"), "--name", "Import");
    expect(added).toMatchObject({ displayName: "Import", subject: "CN=First" });
    const rotated = await json(
      ...["certificates", "rotate", id, added.keyId, await pem("Second")],
      ...["--grace-hours", "1"],
    );
    expect(rotated).toMatchObject({ displayName: "Import", replaced: { keyId: added.keyId } });
    const { out } = await run(["certificates", "list", id]);
    expect(out).toMatch(/^KEY ID +NAME +THUMBPRINT +CREATED +EXPIRES +RETIRES$/m);
    expect(out.split("\n")).toHaveLength(3);
    await json("certificates", "remove", id, added.keyId);
    const { items } = await json("certificates", "list", id);
    expect(items.map((one: { keyId: string }) => one.keyId)).toEqual([rotated.keyId]);
  });

  test("and a client replaces its own, signed in with the one that goes", async () => {
    const own = await json("clients", "create", "By itself", "--role", "api.read", "keys.rotate");
    const [first, second] = [await pem("Own"), await pem("Next")];
    const { keyId } = await json("certificates", "add", own.id, first);
    await grantAs(cloud, own.id);
    const itself = (...args: readonly string[]) =>
      latchkey(["self", ...args], {
        environment: {
          LATCHKEY_API: cloud.addresses.api,
          LATCHKEY_CLIENT_ID: own.appId,
          LATCHKEY_TOKEN_ENDPOINT: own.tokenEndpoint,
          LATCHKEY_KEYS_SCOPE: cloud.settings["KEYS_SCOPE"] ?? "",
          LATCHKEY_CERTIFICATE: first,
        },
      });

    const shown = await itself("show");
    expect([shown.code, shown.out]).toEqual([0, expect.stringMatching(`${keyId} +certificate`)]);
    expect((await itself("rotate", "--certificate", second, "--print")).code).toBe(2);
    const { out } = await itself("rotate", keyId, "--certificate", second, "--json");
    expect(JSON.parse(out)).toMatchObject({ kind: "certificate", replaced: { keyId } });
  });

  test("a file that is none, has none, or has several: nothing is sent", async () => {
    const { pem: one } = selfSignedCertificate("One");
    const several = await pem("several", `${one}\n${one}`);
    for (const [file, words] of [
      ["/none.pem", "cannot be read"],
      [await pem("empty", "nothing"), "must hold one certificate"],
      [several, "must hold one certificate"],
    ] as const) {
      const { code, said } = await run(["certificates", "add", id, file]);
      expect([code, said]).toEqual([2, expect.stringContaining(words)]);
    }
    expect((await json("certificates", "list", id)).items).toEqual([]);
  });
});

describe("federated credentials", () => {
  const GITHUB = "https://token.actions.githubusercontent.com";
  const MAIN = "repo:octo-org/octo-repo:ref:refs/heads/main";
  const addMain = () =>
    json(
      ...["federated", "add", id, "github", "--organization", "octo-org", "--scope", "branch"],
      ...["--repository=octo-repo", "--branch", "main", "--name", "github-main"],
    );

  test("by what people know of a platform, by the first word of its name", async () => {
    expect(await addMain()).toMatchObject({ issuer: GITHUB, subject: MAIN });
    const { out } = await run(["federated", "list", id]);
    expect(out).toContain(MAIN);
  });

  test("by issuer and subject, for any other; and removed", async () => {
    const added = await json(
      ...["federated", "add", id, "other", "--issuer", "https://issuer.example.com"],
      ...["--subject", "nightly", "--audience", "api://mine", "--name", "nightly"],
    );
    expect(added).toMatchObject({ subject: "nightly", audience: "api://mine" });
    await json("federated", "remove", id, added.id);
    expect((await run(["federated", "list", id])).out).toBe("There is none.");
  });

  test("the platforms are listed with the options that they ask for", async () => {
    const { out } = await run(["federated", "presets"]);
    expect(out).toMatch(/^github-actions +branch +--organization --repository .*--branch$/m);
    expect(out).toMatch(/^kubernetes +--issuer --namespace --service-account$/m);
  });

  test("which token would be taken, and what differs; the signature stays here", async () => {
    await addMain();
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = { iss: GITHUB, sub: MAIN, aud: "api://AzureADTokenExchange" };
    const input = `${part({ alg: "RS256" })}.${part(claims)}.c2lnbmF0dXJl\n`;
    const taken = await run(["federated", "try", id, "--token-stdin"], { input });
    expect([taken.code, taken.said]).toEqual([0, ""]);
    const other = MAIN.replace("octo-org", "Octo-Org");
    const tried = await run(["federated", "try", id, "--issuer", GITHUB, "--subject", other]);
    expect(tried.code).toBe(5);
    expect(tried.out).toMatch(/^github-main +subject .* case$/m);
  });

  test.each([
    ["a platform that nobody knows", ["buildkite"], 2, "must be one of github-actions, "],
    ["what it does not ask for", ["github", "--realm", "x"], 2, "It takes --organization, "],
    ["a value too many", ["kubernetes", "x"], 2, "It takes --issuer, "],
    ["less than it asks for", ["github", "--scope", "branch"], 5, "organization"],
  ])("%s is refused", async (_name, args, code, words) => {
    const refused = await run(["federated", "add", id, ...args, "--name", "wrong"]);
    expect([refused.code, refused.said]).toEqual([code, expect.stringContaining(words)]);
  });

  test("are shown with the client, as its credentials of every other kind are", async () => {
    const { keyId } = await json("secrets", "add", id, "--name", "Shared", "--print");
    const added = await json("certificates", "add", id, await pem("Beside"), "--name", "Import");
    const trust = await addMain();
    const other = await json(
      ...["federated", "add", id, "other", "--issuer", "https://issuer.example.com"],
      ...["--subject", "nightly", "--audience", "api://mine", "--name", "nightly"],
    );
    const { credentials, secrets } = await json("clients", "show", id);
    expect(secrets).toEqual([expect.objectContaining({ keyId })]);
    expect(credentials).toEqual([
      expect.objectContaining({ id: keyId, kind: "secret" }),
      expect.objectContaining({ id: added.keyId, kind: "certificate" }),
      expect.objectContaining({ id: trust.id, kind: "federated", issuer: GITHUB, subject: MAIN }),
      expect.objectContaining({ id: other.id, kind: "federated", audience: "api://mine" }),
    ]);
    const { out } = await run(["clients", "show", id]);
    expect(out).toMatch(/^ID +KIND +NAME +CREATED +EXPIRES +RETIRES +KNOWN BY$/m);
    expect(out).toMatch(new RegExp(`^${keyId} +secret +Shared .* ${secrets[0].hint}$`, "m"));
    expect(out).toMatch(new RegExp(`^${added.keyId} +certificate .* ${added.thumbprint}$`, "m"));
    expect(out).toMatch(new RegExp(`^${trust.id} +federated .* ${GITHUB} ${MAIN}$`, "m"));
    expect(out).toMatch(/ +nightly +.* https:\/\/issuer\.example\.com nightly api:\/\/mine$/m);
  });

  test("a claim without the other, and somebody else's client", async () => {
    expect((await run(["federated", "try", id, "--issuer", GITHUB])).code).toBe(2);
    expect((await run(["federated", "list", newId()])).code).toBe(4);
  });
});
