import sodium from "libsodium-wrappers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { openSink } from "../../cli/source/sinks/open-sink.ts";
import { type Answer, type Asked, standIn } from "./support/stand-in.ts";

/** The sinks at AWS and GitHub, by their own SDKs, against stand-ins that refuse what they do not know. */

const VALUE = "abc8Q~a-value_with.all~that-Entra-makes";
const say = () => undefined;
type StandIn = Awaited<ReturnType<typeof standIn>>;

describe("AWS Secrets Manager", () => {
  const refuse = (type: string, status = 400): Answer => ({
    status,
    body: { __type: type, Message: type },
  });
  const Token = z.string().min(32).max(64);
  const Get = z.strictObject({ SecretId: z.string() });
  const Put = Get.extend({ SecretString: z.string(), ClientRequestToken: Token });
  const Create = z.strictObject({
    Name: z.string(),
    SecretString: z.string(),
    ClientRequestToken: Token,
  });
  const signInAs = (key: string) => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", key);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "a-key");
    vi.stubEnv("AWS_REGION", "eu-central-1");
  };
  let stored: Map<string, string>;
  let mayWrite: boolean;
  beforeEach(() => {
    stored = new Map();
    mayWrite = true;
    signInAs("AKIDEXAMPLE");
  });
  /** AWS JSON 1.1: the operation is in a header, and refusals are told by `__type`. */
  const manager = ({ method, path, headers, body }: Asked): Answer => {
    if (method !== "POST" || path !== "/") return refuse("UnknownOperationException", 404);
    if (!headers.authorization?.includes("Credential=AKIDEXAMPLE/"))
      return refuse("UnrecognizedClientException");
    switch (headers["x-amz-target"]) {
      case "secretsmanager.GetSecretValue": {
        const { SecretId } = Get.parse(body);
        const SecretString = stored.get(SecretId);
        if (SecretString === undefined) return refuse("ResourceNotFoundException");
        return { status: 200, body: { Name: SecretId, SecretString } };
      }
      case "secretsmanager.PutSecretValue": {
        if (!mayWrite) return refuse("AccessDeniedException");
        const { SecretId, SecretString } = Put.parse(body);
        if (!stored.has(SecretId)) return refuse("ResourceNotFoundException");
        stored.set(SecretId, SecretString);
        return { status: 200, body: { Name: SecretId, VersionStages: ["AWSCURRENT"] } };
      }
      case "secretsmanager.CreateSecret": {
        const { Name, SecretString } = Create.parse(body);
        if (stored.has(Name)) return refuse("ResourceExistsException");
        stored.set(Name, SecretString);
        return { status: 200, body: { Name } };
      }
      default:
        return refuse("UnknownOperationException", 404);
    }
  };
  let server: StandIn;
  beforeAll(async () => {
    server = await standIn(manager);
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
    expect([...stored]).toEqual([["apps/nightly", VALUE]]);
  });

  test("an ARN names one that is there", async () => {
    const sink = await open("aws:arn:aws:secretsmanager:eu-central-1:1:secret:nightly-a1b2c3");
    await expect(sink.write(VALUE)).rejects.toMatchObject({ exit: 4 });
    expect(stored.size).toBe(0);
  });

  test("who may not, who is nobody, and an address in the clear: each says so, without the value", async () => {
    mayWrite = false;
    const error = await (await open()).write(VALUE).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exit: 3, cause: undefined });
    expect(String(error)).not.toContain(VALUE);
    signInAs("AKIDOTHER");
    await expect((await open()).look()).rejects.toMatchObject({ exit: 3 });
    await expect(open(undefined, "http://aws.example")).rejects.toMatchObject({ exit: 2 });
  });
});

describe("a secret of GitHub Actions", () => {
  const Put = z.strictObject({
    encrypted_value: z.base64(),
    key_id: z.literal("568250167242549743"),
  });
  const UPDATED = "2026-11-20T09:30:00Z";
  const refuse = (status: number, message: string): Answer => ({ status, body: { message } });
  let keys: { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array };
  let stored: Map<string, string>;
  const github = ({ method, path, headers, body }: Asked): Answer => {
    if (headers.authorization !== "token github_pat_a") return refuse(401, "Bad credentials");
    const [, name] =
      /^\/repos\/contoso\/nightly\/(?:actions|environments\/live)\/secrets\/([\w-]+)$/.exec(path) ??
      [];
    if (name === undefined) return refuse(404, "Not Found");
    if (method === "GET" && name === "public-key") {
      const key = Buffer.from(keys.publicKey).toString("base64");
      return { status: 200, body: { key_id: "568250167242549743", key } };
    }
    if (method === "GET")
      return stored.has(path)
        ? { status: 200, body: { name, created_at: UPDATED, updated_at: UPDATED } }
        : refuse(404, "Not Found");
    if (method !== "PUT") return refuse(405, "Method Not Allowed");
    const written = Put.safeParse(body);
    if (!written.success) return refuse(422, "Bad request");
    const sealed = Buffer.from(written.data.encrypted_value, "base64");
    const opened = sodium.crypto_box_seal_open(sealed, keys.publicKey, keys.privateKey);
    const status = stored.has(path) ? 204 : 201;
    stored.set(path, Buffer.from(opened).toString());
    return status === 201 ? { status, body: {} } : { status };
  };
  let server: StandIn;
  beforeAll(async () => {
    await sodium.ready;
    keys = sodium.crypto_box_keypair();
    server = await standIn(github);
  });
  afterAll(() => server?.close());
  beforeEach(() => {
    stored = new Map();
  });
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
    expect([...stored]).toEqual([[path, VALUE]]);
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
