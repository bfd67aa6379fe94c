import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { typesOf } from "../../cli/api-types.ts";
import type { Cloud } from "../../infra/local/cloud.ts";
import { openApi } from "../support/api.ts";
import { NO_SWEEPS, startTestCloud } from "../support/cloud.ts";
import { grantAs } from "../support/grant-as.ts";
import { newId } from "../support/samples.ts";
import { latchkey, type Typed } from "./support/run.ts";

/** The commands against the service, over its socket. */

let cloud: Cloud;
let mine: Record<string, string>;
beforeAll(async () => {
  cloud = await startTestCloud({
    environment: { ...NO_SWEEPS, MAX_CLIENTS_PER_SUBSCRIPTION: "100" },
  });
  const { token } = await (await openApi(cloud)).customer();
  mine = { LATCHKEY_API: cloud.addresses.api, LATCHKEY_TOKEN: token };
});

const run = (args: readonly string[], typed: Typed = {}) =>
  latchkey(args, { ...typed, environment: { ...mine, ...typed.environment } });
/** @returns what a command shows with `--json` */
const json = async (...args: readonly string[]) => {
  const { code, out, said } = await run([...args, "--json"]);
  if (code !== 0) throw new Error(`${args.join(" ")}: ${code} ${said}`);
  return JSON.parse(out);
};
const makeClient = async (name = "From a shell") => json("clients", "create", name);

test("the types are those of the document that the service serves", async () => {
  const served = await fetch(`${cloud.addresses.api}/openapi.json`);
  const file = join(import.meta.dirname, "../../cli/source/api/schema.ts");
  expect(await typesOf(await served.text())).toBe(await readFile(file, "utf8"));
});

describe("clients", () => {
  test("are created, listed, renamed, suspended, resumed, deleted and restored", async () => {
    const { id, roles } = await json("clients", "create", "Nightly import", "--role", "api.read");
    expect(roles).toEqual(["api.read"]);
    expect((await json("clients", "list")).items.map((one: { id: string }) => one.id)).toContain(
      id,
    );

    await json("clients", "rename", id, "Nightly export");
    await json("clients", "suspend", id, "--reason", "It runs wild");
    expect(await json("clients", "show", id)).toMatchObject({
      displayName: "Nightly export",
      suspended: { by: "customer", reason: "It runs wild" },
    });
    await json("clients", "resume", id);
    expect(await json("clients", "show", id)).not.toHaveProperty("suspended");

    await json("clients", "delete", id);
    const { items } = await json("clients", "list", "--deleted");
    expect(items.map((one: { id: string }) => one.id)).toContain(id);
    expect(await json("clients", "restore", id)).toMatchObject({ id });
  });

  test("are shown to people as a table, one line for each, whatever they are called", async () => {
    const { id } = await makeClient("Tidy");
    const { out } = await run(["clients", "list"]);
    expect(out.split("\n")[0]).toMatch(/^ID +NAME +STATE +SECRETS +CREATED$/);
    expect(out).toMatch(new RegExp(`^${id} +Tidy +pending +0 +\\d{4}-`, "m"));
    expect((await run(["clients", "show", id])).out).toMatch(/^client_id +[0-9a-f-]{36}$/m);
  });

  test("a second create under the same key is the first", async () => {
    const key = newId();
    const [one, two] = [
      await json("clients", "create", "Once", "--idempotency-key", key),
      await json("clients", "create", "Once", "--idempotency-key", key),
    ];
    expect(two.id).toBe(one.id);
  });

  test("--if-match of another state is refused, and nothing is renamed", async () => {
    const { id } = await makeClient("As it was");
    const { code, said } = await run(["clients", "rename", id, "Other", "--if-match", '"old"']);
    expect([code, said]).toEqual([5, expect.stringContaining("/problems/precondition-failed")]);
    expect((await json("clients", "show", id)).displayName).toBe("As it was");
  });
});

describe("secrets", () => {
  test("a value comes encrypted, is printed once, and opens the token endpoint", async () => {
    const { id, appId, tokenEndpoint, scope } = await makeClient();
    const added = await run([
      "secrets",
      "add",
      id,
      "--name",
      "Production",
      "--print",
      "--wait",
      "30",
    ]);
    expect(added.code).toBe(0);
    expect(added.said).not.toContain(added.out);

    const place = ["--client-id", appId, "--token-endpoint", tokenEndpoint, "--scope", scope];
    const bought = await run(["token", ...place, "--secret-stdin", "--json"], { input: added.out });
    expect(JSON.parse(bought.out)).toMatchObject({ token_type: "Bearer" });
    const environment = { LATCHKEY_CLIENT_SECRET: added.out };
    const explained = await run(["token", ...place, "--explain"], { environment });
    expect(explained.out).toContain("carries no role");
  });

  test("rotated and removed; the last one that works only on purpose", async () => {
    const { id } = await makeClient();
    const old = await json("secrets", "add", id, "--name", "Production", "--print");
    const made = await json("secrets", "rotate", id, old.keyId, "--grace-hours", "1", "--print");
    expect(made.replaced).toMatchObject({ keyId: old.keyId, retiresAt: expect.any(String) });
    expect(made.secretText).toHaveLength(old.secretText.length);
    await json("secrets", "remove", id, old.keyId);
    const { items } = await json("secrets", "list", id);
    expect(items.map((one: { keyId: string }) => one.keyId)).toEqual([made.keyId]);
  });

  test("nothing is made before somebody has said where the value goes", async () => {
    const { id } = await makeClient();
    const { code, said } = await run(["secrets", "add", id, "--name", "Lost"]);
    expect([code, said]).toEqual([2, expect.stringContaining("--print")]);
    expect((await json("secrets", "list", id)).items).toEqual([]);
  });

  test("whoever looks at a screen is warned", async () => {
    const { id } = await makeClient();
    const seen = await run(["secrets", "add", id, "--name", "Seen", "--print"], { isSeen: true });
    expect(seen.said).toContain("on this screen");
  });
});

describe("watch", () => {
  test("one client, and every client: each is started, shown and stopped by itself", async () => {
    const { id } = await makeClient();
    await json("watch", "stop", id);
    expect(await json("watch", "show", id)).toMatchObject({ watching: false, everyClient: false });
    expect((await run(["watch", "show", id])).out).toBe("You do not watch it.");
    const one = await json("watch", "start", id, "--time-zone", "Europe/Berlin");
    expect(one).toMatchObject({ watching: true, everyClient: false, timeZone: "Europe/Berlin" });
    expect(await json("watch", "start")).toMatchObject({ everyClient: true });
    expect((await run(["watch", "show", id])).out).toContain("You watch every client");
    expect(await json("watch", "stop")).toEqual({ watching: false });
    expect(await json("watch", "show")).toMatchObject({ everyClient: false });
    expect(await json("watch", "show", id)).toMatchObject({ watching: true });
  });

  test("of somebody else's client there is none, and a time zone is one", async () => {
    expect((await run(["watch", "start", newId()])).code).toBe(4);
    expect((await run(["watch", "start", "--time-zone", "+01:00"])).code).toBe(5);
  });
});

describe("self", () => {
  test("a client with the role sees itself and replaces its secret, which then works", async () => {
    const made = await json("clients", "create", "By itself", "--role", "api.read", "keys.rotate");
    const { id, appId, tokenEndpoint } = made;
    const { keyId, secretText } = await json("secrets", "add", id, "--name", "First", "--print");
    await grantAs(cloud, id);
    const own = (args: readonly string[], secret: string) =>
      run(["self", ...args], {
        environment: {
          LATCHKEY_CLIENT_ID: appId,
          LATCHKEY_TOKEN_ENDPOINT: tokenEndpoint,
          LATCHKEY_KEYS_SCOPE: cloud.settings["KEYS_SCOPE"] ?? "",
          LATCHKEY_CLIENT_SECRET: secret,
        },
      });
    const shown = await own(["show"], secretText);
    expect([shown.code, shown.out]).toEqual([0, expect.stringMatching(/^name +By itself$/m)]);
    expect(shown.out).toContain(keyId);

    expect((await own(["rotate"], secretText)).code).toBe(2);
    const rotated = await own(
      ["rotate", keyId, "--grace-hours", "1", "--wait", "30", "--print"],
      secretText,
    );
    expect(rotated.code).toBe(0);
    const next = JSON.parse((await own(["show", "--json"], rotated.out)).out);
    expect(next.secrets).toHaveLength(2);
    const [old] = next.secrets.filter((secret: { keyId: string }) => secret.keyId === keyId);
    expect(old.retiresAt).toEqual(expect.any(String));
  });

  test("a person's token is not taken for it", async () => {
    const { code, said } = await run(["self", "show"]);
    expect([code, said]).toEqual([3, expect.stringContaining("LATCHKEY_KEYS_SCOPE")]);
  });
});

describe("events follow", () => {
  const actions = (out: string) => out.split("\n").map((line) => JSON.parse(line).action);

  test("tells what was done, the oldest first", async () => {
    const { id } = await makeClient();
    await json("secrets", "add", id, "--name", "Production", "--print");
    const { out } = await run(["events", "follow", id, "--once"]);
    expect(actions(out)).toEqual(["client.created", "secret.created"]);
  });

  test("goes on with what is done meanwhile, each once", async () => {
    const { id } = await makeClient();
    const following = run(["events", "follow", id, "--count", "3", "--every", "1"]);
    await json("clients", "rename", id, "Other");
    await json("clients", "rename", id, "And another");
    expect(actions((await following).out)).toEqual([
      "client.created",
      "client.renamed",
      "client.renamed",
    ]);
  });
});

describe("what goes wrong has a code of its own, and says what it is", () => {
  test.each([
    ["arguments", ["clients", "show", "mine"], {}, 2, "client: must be a client's id"],
    ["no such command", ["clients", "buy"], {}, 2, "unknown command"],
    ["a token that is none", ["clients", "list"], { LATCHKEY_TOKEN: "x" }, 3, "/problems/"],
    ["nobody", ["clients", "list"], { LATCHKEY_TOKEN: "" }, 3, "Not signed in"],
    ["somebody else's", ["clients", "show", newId()], {}, 4, "/problems/not-found"],
    ["a wrong name", ["clients", "create", ""], {}, 5, "displayName: "],
    [
      "no connection",
      ["clients", "list"],
      { LATCHKEY_API: "http://127.0.0.1:9" },
      6,
      "127.0.0.1:9",
    ],
    ["in the clear", ["clients", "list"], { LATCHKEY_API: "http://a.example" }, 2, "is not https"],
  ])("%s", async (_name, args, environment, code, words) => {
    const ran = await run(args, { environment });
    expect(ran.said).toContain(words);
    expect([ran.code, ran.out]).toEqual([code, ""]);
  });

  test("with --json it is the problem document", async () => {
    const { said } = await run(["clients", "show", newId(), "--json"]);
    expect(JSON.parse(said)).toMatchObject({ type: "/problems/not-found", status: 404 });
  });

  test("a proxy's page instead of an answer", async () => {
    const proxy = createServer((_, answer) => {
      answer.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in to the network</h1>");
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const address = z.object({ port: z.number() }).parse(proxy.address());
    const environment = { LATCHKEY_API: `http://127.0.0.1:${address.port}` };
    const { code, said } = await run(["clients", "list"], { environment });
    proxy.close();
    expect([code, said]).toEqual([6, expect.stringContaining("is LATCHKEY_API right?")]);
  });
});

describe("what is said to `rotate` wrongly is said before anything is asked", () => {
  test.each([
    [["--to", "file:x"], "every: "],
    [["--every", "30"], "every: must be a number with s, m, h or d"],
    [["--every", "30d"], "to: must be one of"],
    [["--every", "30d", "--to", "ftp:x"], "--to must be one of"],
    [["--every", "30d", "--to", "env:.env"], "#<NAME> is missing"],
    [["--every", "30d", "--to", "env:.env#not-a-name"], "is no name of a variable"],
    [["--every", "30d", "--to", "command:true"], "--read-back"],
  ])("%j", async (options, words) => {
    const { code, said } = await run(["rotate", newId(), ...options]);
    expect([code, said]).toEqual([2, expect.stringContaining(words)]);
  });
});
