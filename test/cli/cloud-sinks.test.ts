import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openSink } from "../../cli/source/sinks/open-sink.ts";
import { serverCertificate } from "../../infra/local/directory/certificates.ts";
import { githubStandIn } from "./stand-ins/github.ts";
import { keyVaultStandIn, managedIdentity } from "./stand-ins/key-vault.ts";
import { awsAccount, secretsManager } from "./stand-ins/secrets-manager.ts";
import { standIn } from "./support/stand-in.ts";

/** The sinks at AWS, Azure and GitHub, by their own SDKs, against stand-ins that refuse what they do not know. */

const VALUE = "abc8Q~a-value_with.all~that-Entra-makes";
const say = () => undefined;
type StandIn = Awaited<ReturnType<typeof standIn>>;

describe("AWS Secrets Manager", () => {
  const signInAs = (key: string) => {
    for (const [name, value] of Object.entries(awsAccount(key))) vi.stubEnv(name, value);
  };
  let manager: ReturnType<typeof secretsManager>;
  beforeEach(() => {
    manager = secretsManager();
    signInAs("AKIDEXAMPLE");
  });
  let server: StandIn;
  beforeAll(async () => {
    server = await standIn((asked) => manager.answer(asked));
  });
  afterAll(() => server?.close());
  afterEach(() => {
    vi.unstubAllEnvs();
  });
  const open = (to = "aws:apps/nightly", AWS_ENDPOINT_URL = server.origin) =>
    openSink({ to, say, environment: { AWS_ENDPOINT_URL } });

  test("is made where there is none, and replaced where there is", async () => {
    const sink = await open();
    expect(await sink.look()).toEqual({ kind: "nothing" });
    await sink.write("first");
    expect(await sink.look()).toEqual({ kind: "value", value: "first" });
    await sink.write(VALUE);
    expect([...manager.state.stored]).toEqual([["apps/nightly", VALUE]]);
  });

  test("an ARN names one that is there", async () => {
    const sink = await open("aws:arn:aws:secretsmanager:eu-central-1:1:secret:nightly-a1b2c3");
    await expect(sink.write(VALUE)).rejects.toMatchObject({ exit: 4 });
    expect(manager.state.stored.size).toBe(0);
  });

  test("who may not, who is nobody, and an address in the clear: each says so, without the value", async () => {
    manager.state.mayWrite = false;
    const error = await (await open()).write(VALUE).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exit: 3, cause: undefined });
    expect(String(error)).not.toContain(VALUE);
    signInAs("AKIDOTHER");
    await expect((await open()).look()).rejects.toMatchObject({ exit: 3 });
    await expect(open(undefined, "http://aws.example")).rejects.toMatchObject({ exit: 2 });
  });
});

describe("a secret of GitHub Actions", () => {
  const UPDATED = "2026-11-20T09:30:00Z";
  let github: Awaited<ReturnType<typeof githubStandIn>>;
  beforeEach(async () => {
    github = await githubStandIn(() => new Date(UPDATED));
  });
  let server: StandIn;
  beforeAll(async () => {
    server = await standIn((asked) => github.answer(asked));
  });
  afterAll(() => server?.close());
  const open = (to = "github:contoso/nightly#CLIENT_SECRET", GH_TOKEN = "github_pat_a") =>
    openSink({ to, say, environment: { GITHUB_API_URL: server.origin, GH_TOKEN } });

  test.each([
    ["contoso/nightly", "/repos/contoso/nightly/actions/secrets/CLIENT_SECRET"],
    ["contoso/nightly/live", "/repos/contoso/nightly/environments/live/secrets/CLIENT_SECRET"],
  ])("of %s: sealed to its key, and then known by when it was written", async (place, path) => {
    const sink = await open(`github:${place}#CLIENT_SECRET`);
    expect(await sink.look()).toEqual({ kind: "nothing" });
    await sink.write("first");
    await sink.write(VALUE);
    expect([...github.stored]).toEqual([[path, { value: VALUE, at: UPDATED }]]);
    expect(await sink.look()).toEqual({ kind: "written", at: new Date(UPDATED) });
  });

  test("a token that may not, a place that is none, and no answer: each says so, without the value", async () => {
    const error = await (await open(undefined, "github_pat_b"))
      .write(VALUE)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exit: 3, cause: undefined });
    expect(String(error)).not.toContain(VALUE);
    await expect(open("github:nightly#SECRET")).rejects.toMatchObject({ exit: 2 });
    await expect(open("github:contoso/nightly")).rejects.toThrow("#<NAME> is missing");
    await expect(open("github:contoso/nightly#GITHUB_X")).rejects.toMatchObject({ exit: 2 });
    const environment = { GITHUB_API_URL: "http://127.0.0.1:9", GH_TOKEN: "x" };
    const nowhere = await openSink({ to: "github:contoso/nightly#X", say, environment });
    await expect(nowhere.look()).rejects.toMatchObject({ exit: 6 });
  });
});

describe("Azure Key Vault", () => {
  const before = getCACertificates("default");
  let folder: string;
  let identity: Awaited<ReturnType<typeof managedIdentity>>;
  let vault: ReturnType<typeof keyVaultStandIn>;
  let server: StandIn;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchkey-vault-"));
    const certificate = serverCertificate(folder);
    setDefaultCACertificates([...before, await readFile(certificate.authorityFile, "utf8")]);
    server = await standIn((asked) => vault.answer(asked), { certificate });
    identity = await managedIdentity();
  });
  afterAll(async () => {
    setDefaultCACertificates(before);
    server?.close();
    identity?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    vault = keyVaultStandIn(() => server.origin);
    for (const [name, value] of Object.entries(identity.environment)) vi.stubEnv(name, value);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
  const open = (to = `keyvault:${new URL(server.origin).host}/nightly`) =>
    openSink({ to, say, environment: {} });

  test("each write is a new version, after the vault has said for whom it wants the token", async () => {
    const sink = await open();
    expect(await sink.look()).toEqual({ kind: "nothing" });
    expect(vault.state.challenges).toBe(1);
    await sink.write("first");
    await sink.write(VALUE);
    expect(vault.state.versions.get("nightly")?.map(({ value }) => value)).toEqual([
      ...["first", VALUE],
    ]);
    expect(await sink.look()).toEqual({ kind: "value", value: VALUE });
    expect(vault.state.challenges).toBe(1);
  });

  test("what people wrote on the old version is on the new one", async () => {
    const marks = { contentType: "text/plain", tags: { owner: "ann" } };
    vault.state.versions.set("nightly", [
      { id: `${server.origin}/secrets/nightly/1`, value: "old", ...marks },
    ]);
    await (await open()).write(VALUE);
    expect(vault.state.versions.get("nightly")?.at(-1)).toMatchObject({ value: VALUE, ...marks });
  });

  test("one that was deleted and can be recovered is not written over", async () => {
    vault.state.deleted = true;
    const sink = await open();
    expect(await sink.look()).toEqual({ kind: "nothing" });
    await expect(sink.write(VALUE)).rejects.toMatchObject({ exit: 5 });
  });

  test("who may not, who is nobody, a place that is none, and no answer: each says so, without the value", async () => {
    vault.state.mayWrite = false;
    const error = await (await open()).write(VALUE).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exit: 3, cause: undefined });
    expect(String(error)).not.toContain(VALUE);
    await expect(open("keyvault:nightly")).rejects.toMatchObject({ exit: 2 });
    await expect((await open("keyvault:localhost:9/nightly")).look()).rejects.toMatchObject({
      exit: 6,
    });
    vi.stubEnv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential");
    await expect((await open()).look()).rejects.toMatchObject({ exit: 3 });
  });

  test("a vault of Azure's is named alone, one of another cloud by its host", async () => {
    expect((await open("keyvault:contoso/nightly")).address).toBe(
      "https://contoso.vault.azure.net/secrets/nightly",
    );
    expect((await open("keyvault:contoso.vault.azure.cn/nightly")).address).toBe(
      "https://contoso.vault.azure.cn/secrets/nightly",
    );
  });
});
