import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { openSink } from "../../cli/source/sinks/open-sink.ts";
import { type Answer, type Asked, standIn } from "./support/stand-in.ts";

/** The sinks that lie on a server, by their own SDKs, against stand-ins that refuse what they do not know. */

const VALUE = "abc8Q~a-value_with.all~that-Entra-makes";
const say = () => undefined;

describe("HashiCorp Vault", () => {
  const TOKEN = "hvs.a-token";
  const Written = z.strictObject({
    options: z.strictObject({ cas: z.int() }),
    data: z.record(z.string(), z.string()),
  });
  let versions: (Record<string, string> | undefined)[] = [];
  /** What somebody else does between a read and a write. */
  let meanwhile: () => void = () => undefined;
  beforeEach(() => {
    versions = [];
    meanwhile = () => undefined;
  });

  /** Key/value version 2 (developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2): read and create of the newest version. */
  const vault = ({ method, path, headers, body }: Asked): Answer => {
    if (headers["x-vault-token"] !== TOKEN)
      return { status: 403, body: { errors: ["permission denied"] } };
    if (path !== "/v1/kv/data/apps/nightly") return { status: 404, body: { errors: [] } };
    const version = versions.length;
    if (method === "GET") {
      const data = versions.at(-1);
      if (version === 0) return { status: 404, body: { errors: [] } };
      const metadata = {
        version,
        destroyed: false,
        deletion_time: data ? "" : "2026-11-01T00:00:00Z",
      };
      return { status: data ? 200 : 404, body: { data: { data: data ?? null, metadata } } };
    }
    if (method !== "POST" && method !== "PUT")
      return { status: 405, body: { errors: ["unsupported operation"] } };
    meanwhile();
    const written = Written.parse(body);
    if (written.options.cas !== versions.length)
      return {
        status: 400,
        body: { errors: ["check-and-set parameter did not match the current version"] },
      };
    versions.push(written.data);
    return { status: 200, body: { data: { version: versions.length } } };
  };

  let server: Awaited<ReturnType<typeof standIn>>;
  beforeAll(async () => {
    server = await standIn(vault);
  });
  afterAll(() => server?.close());
  const open = (to = "vault:kv/apps/nightly#client_secret", token = TOKEN) =>
    openSink({ to, say, environment: { VAULT_ADDR: server.origin, VAULT_TOKEN: token } });

  test("one field is written and read back, and the others stay", async () => {
    const sink = await open();
    expect(await sink.look()).toEqual({ kind: "nothing" });
    versions.push({ other: "stays", client_secret: "old" });
    expect(await sink.look()).toEqual({ kind: "value", value: "old" });
    await sink.write(VALUE);
    expect(versions.at(-1)).toEqual({ other: "stays", client_secret: VALUE });
    expect(await sink.look()).toEqual({ kind: "value", value: VALUE });
  });

  test("the first version, and one after a deleted one", async () => {
    await (await open()).write(VALUE);
    versions.push(undefined);
    const sink = await open();
    expect(await sink.look()).toEqual({ kind: "nothing" });
    await sink.write(VALUE);
    expect(versions).toEqual([{ client_secret: VALUE }, undefined, { client_secret: VALUE }]);
  });

  test("what somebody else has written meanwhile is not overwritten", async () => {
    meanwhile = () => {
      versions.push({ other: "new" });
    };
    await expect((await open()).write(VALUE)).rejects.toMatchObject({ exit: 5 });
    expect(versions).toEqual([{ other: "new" }]);
  });

  test("a token that may not, a place that is none, and no answer: each says so, without the value", async () => {
    const wrong = await open(undefined, "hvs.another");
    const error = await wrong.write(VALUE).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exit: 3, cause: undefined });
    expect(String(error)).not.toContain(VALUE);
    await expect(open("vault:kv#field")).rejects.toMatchObject({ exit: 2 });
    await expect(open("vault:kv/apps/nightly")).rejects.toThrow("#<field> is missing");
    const nowhere = { VAULT_ADDR: "http://127.0.0.1:9", VAULT_TOKEN: TOKEN };
    const sink = await openSink({ to: "vault:kv/a#b", say, environment: nowhere });
    await expect(sink.look()).rejects.toMatchObject({ exit: 6 });
  });
});

describe("a Kubernetes secret", () => {
  const Secret = z.strictObject({
    apiVersion: z.literal("v1").optional(),
    kind: z.literal("Secret").optional(),
    metadata: z.looseObject({ name: z.string(), resourceVersion: z.string().optional() }),
    type: z.string(),
    data: z.record(z.string(), z.base64()),
  });
  let stored: z.infer<typeof Secret> | undefined;
  let meanwhile: () => void = () => undefined;
  beforeEach(() => {
    stored = undefined;
    meanwhile = () => undefined;
  });

  const failure = (code: number, reason: string): Answer => ({
    status: code,
    body: { kind: "Status", apiVersion: "v1", status: "Failure", reason, code },
  });
  const store = (secret: z.infer<typeof Secret>, version: number) => {
    const metadata = { ...secret.metadata, namespace: "apps", resourceVersion: `${version}` };
    stored = { ...secret, apiVersion: "v1", kind: "Secret", metadata };
    return stored;
  };
  const versionOf = () => Number(stored?.metadata.resourceVersion ?? 0);
  /** The API server's routes of one secret: read, create, replace under the version that was read. */
  const cluster = ({ method, path, headers, body }: Asked): Answer => {
    if (headers.authorization !== "Bearer a-service-account") return failure(401, "Unauthorized");
    const base = "/api/v1/namespaces/apps/secrets";
    if (path === base && method === "POST") {
      meanwhile();
      if (stored) return failure(409, "AlreadyExists");
      return { status: 201, body: store(Secret.parse(body), 1) };
    }
    if (path !== `${base}/nightly` || !stored) return failure(404, "NotFound");
    if (method === "GET") return { status: 200, body: stored };
    if (method !== "PUT") return failure(405, "MethodNotAllowed");
    meanwhile();
    const replaced = Secret.parse(body);
    if (replaced.metadata.resourceVersion !== stored.metadata.resourceVersion)
      return failure(409, "Conflict");
    return { status: 200, body: store(replaced, versionOf() + 1) };
  };

  let server: Awaited<ReturnType<typeof standIn>>;
  let folder: string;
  beforeAll(async () => {
    server = await standIn(cluster);
    folder = await mkdtemp(join(tmpdir(), "latchkey-kube-"));
    // The SDK speaks without TLS only to those who say so.
    const PLAIN = { "insecure-skip-tls-verify": true };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "here", cluster: { server: server.origin, ...PLAIN } }],
      users: [{ name: "me", user: { token: "a-service-account" } }],
      contexts: [{ name: "now", context: { cluster: "here", user: "me" } }],
      "current-context": "now",
    };
    await writeFile(join(folder, "config"), JSON.stringify(config));
    vi.stubEnv("KUBECONFIG", join(folder, "config"));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const open = (to = "kubernetes:apps/nightly#client-secret") =>
    openSink({ to, say, environment: {} });
  const base64 = (text: string) => Buffer.from(text).toString("base64");

  test("is made where there is none, and one key of it replaced where there is", async () => {
    const sink = await open();
    expect(await sink.look()).toEqual({ kind: "nothing" });
    await sink.write("first");
    expect(stored).toMatchObject({ type: "Opaque", data: { "client-secret": base64("first") } });
    if (stored) store({ ...stored, data: { ...stored.data, other: base64("stays") } }, 2);
    await sink.write(VALUE);
    expect(stored?.data).toEqual({ "client-secret": base64(VALUE), other: base64("stays") });
    expect(await sink.look()).toEqual({ kind: "value", value: VALUE });
  });

  test("what somebody else has written meanwhile is not overwritten", async () => {
    await (await open()).write("first");
    meanwhile = () => {
      if (stored) store(stored, versionOf() + 1);
    };
    await expect((await open()).write(VALUE)).rejects.toMatchObject({ exit: 5 });
    expect(stored?.data["client-secret"]).toBe(base64("first"));
  });

  test("a place that is none says so", async () => {
    await expect(open("kubernetes:nightly#key")).rejects.toMatchObject({ exit: 2 });
    await expect(open("kubernetes:apps/nightly")).rejects.toThrow("#<key> is missing");
  });
});
