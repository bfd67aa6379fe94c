import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openSink } from "../../cli/source/sinks/open-sink.ts";
import { clusterStandIn, kubeConfig } from "./stand-ins/cluster.ts";
import { VAULT_TOKEN, vaultStandIn } from "./stand-ins/vault.ts";
import { standIn } from "./support/stand-in.ts";

/** The sinks that lie on a server, by their own SDKs, against stand-ins that refuse what they do not know. */

const VALUE = "abc8Q~a-value_with.all~that-Entra-makes";
const say = () => undefined;

describe("HashiCorp Vault", () => {
  let vault: ReturnType<typeof vaultStandIn>;
  beforeEach(() => {
    vault = vaultStandIn();
  });

  let server: Awaited<ReturnType<typeof standIn>>;
  beforeAll(async () => {
    server = await standIn((asked) => vault.answer(asked));
  });
  afterAll(() => server?.close());
  const open = (to = "vault:kv/apps/nightly#client_secret", token = VAULT_TOKEN) =>
    openSink({ to, say, environment: { VAULT_ADDR: server.origin, VAULT_TOKEN: token } });

  test("one field is written and read back, and the others stay", async () => {
    const sink = await open();
    expect(await sink.look()).toEqual({ kind: "nothing" });
    vault.state.versions.push({ other: "stays", client_secret: "old" });
    expect(await sink.look()).toEqual({ kind: "value", value: "old" });
    await sink.write(VALUE);
    expect(vault.state.versions.at(-1)).toEqual({ other: "stays", client_secret: VALUE });
    expect(await sink.look()).toEqual({ kind: "value", value: VALUE });
  });

  test("the first version, and one after a deleted one", async () => {
    await (await open()).write(VALUE);
    vault.state.versions.push(undefined);
    const sink = await open();
    expect(await sink.look()).toEqual({ kind: "nothing" });
    await sink.write(VALUE);
    expect(vault.state.versions).toEqual([
      { client_secret: VALUE },
      undefined,
      { client_secret: VALUE },
    ]);
  });

  test("what somebody else has written meanwhile is not overwritten", async () => {
    vault.state.meanwhile = () => {
      vault.state.versions.push({ other: "new" });
    };
    await expect((await open()).write(VALUE)).rejects.toMatchObject({ exit: 5 });
    expect(vault.state.versions).toEqual([{ other: "new" }]);
  });

  test("a token that may not, a place that is none, and no answer: each says so, without the value", async () => {
    const wrong = await open(undefined, "hvs.another");
    const error = await wrong.write(VALUE).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exit: 3, cause: undefined });
    expect(String(error)).not.toContain(VALUE);
    await expect(open("vault:kv#field")).rejects.toMatchObject({ exit: 2 });
    await expect(open("vault:kv/apps/nightly")).rejects.toThrow("#<field> is missing");
    const nowhere = { VAULT_ADDR: "http://127.0.0.1:9", VAULT_TOKEN };
    const sink = await openSink({ to: "vault:kv/a#b", say, environment: nowhere });
    await expect(sink.look()).rejects.toMatchObject({ exit: 6 });
  });
});

describe("a Kubernetes secret", () => {
  let cluster: ReturnType<typeof clusterStandIn>;
  beforeEach(() => {
    cluster = clusterStandIn();
  });

  let server: Awaited<ReturnType<typeof standIn>>;
  let folder: string;
  beforeAll(async () => {
    server = await standIn((asked) => cluster.answer(asked));
    folder = await mkdtemp(join(tmpdir(), "latchkey-kube-"));
    await writeFile(join(folder, "config"), JSON.stringify(kubeConfig(server.origin)));
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
    expect(cluster.state.stored).toMatchObject({
      type: "Opaque",
      data: { "client-secret": base64("first") },
    });
    const { stored } = cluster.state;
    if (stored) cluster.store({ ...stored, data: { ...stored.data, other: base64("stays") } });
    await sink.write(VALUE);
    expect(cluster.state.stored?.data).toEqual({
      "client-secret": base64(VALUE),
      other: base64("stays"),
    });
    expect(await sink.look()).toEqual({ kind: "value", value: VALUE });
  });

  test("what somebody else has written meanwhile is not overwritten", async () => {
    await (await open()).write("first");
    cluster.state.meanwhile = () => {
      if (cluster.state.stored) cluster.store(cluster.state.stored);
    };
    await expect((await open()).write(VALUE)).rejects.toMatchObject({ exit: 5 });
    expect(cluster.state.stored?.data["client-secret"]).toBe(base64("first"));
  });

  test("a place that is none says so", async () => {
    await expect(open("kubernetes:nightly#key")).rejects.toMatchObject({ exit: 2 });
    await expect(open("kubernetes:apps/nightly")).rejects.toThrow("#<key> is missing");
  });
});
