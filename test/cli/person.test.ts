import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { createServer, Server, type Socket } from "node:net";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { readEnvironment } from "../../cli/source/settings.ts";
import { keptSignIn, stateFolder } from "../../cli/source/sign-in/kept.ts";
import { signInByBrowser } from "../../cli/source/sign-in/person.ts";
import { findPlace } from "../../cli/source/sign-in/place.ts";
import { openTestDirectory, setting } from "../local/directory/support.ts";
import { browserOf } from "./support/browser-of.ts";
import { typeCode } from "./support/pages.ts";
import { startPersonCloud } from "./support/person-cloud.ts";
import { latchkey, type Ran } from "./support/run.ts";
import { type Asked, standIn } from "./support/stand-in.ts";

/** A person signs in: in a browser or on another device, at the identity provider of the local cloud, for the service itself. */

/** What node tells of each server that begins to listen (diagnostics_channel). */
const LISTEN = "tracing:net.server.listen:asyncStart";
const TAKEN = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
/** Nobody is waited for. */
const HASTE = { pageMs: 10, settleMs: 30_000 };

let world: Awaited<ReturnType<typeof startPersonCloud>>;
let mine: Record<string, string>;
beforeAll(async () => {
  world = await startPersonCloud();
});
beforeEach(async () => {
  mine = await world.newcomer();
});

const run = (args: readonly string[], more: Record<string, string> = {}, says?: Says) =>
  latchkey(args, { environment: { ...mine, ...more }, ...(says && { says }) });
type Says = (line: string) => void;
/** @returns the one file with somebody's sign-in, and its folder */
async function kept() {
  const state = join(mine["XDG_STATE_HOME"] ?? "", "latchkey");
  const names = await readdir(state).catch(() => []);
  const [only = ""] = names;
  return { names, folder: join(state, only), file: join(state, only, "sign-in.json") };
}
const list = async (): Promise<Ran> => run(["clients", "list"]);

describe("in a browser", () => {
  test("and all commands that follow are hers, until she signs out", async () => {
    const before = await list();
    expect([before.code, before.said]).toEqual([3, expect.stringContaining("latchkey sign-in")]);
    const signedIn = await run(["sign-in"]);
    expect([signedIn.code, signedIn.out]).toEqual([
      0,
      expect.stringMatching(/^Ann Contoso is signed in at /),
    ]);
    expect((await list()).code).toBe(0);
    const out = await run(["sign-out", "--json"]);
    expect([out.code, out.out]).toEqual([0, '{"signedOut":true}']);
    expect((await list()).code).toBe(3);
    expect((await kept()).names).toEqual([]);
    expect((await run(["sign-out"])).out).toBe("Nobody was signed in.");
  });

  test("what is kept is for its owner alone, and holds no more than one sign-in for each service", async () => {
    await run(["sign-in"]);
    const { folder: own, file } = await kept();
    expect([(await stat(own)).mode & 0o777, (await stat(file)).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
    await run(["sign-in"], { BROWSER: await browserOf(world.folder, "bob") });
    expect((await kept()).names).toHaveLength(1);
    expect(await readdir(own)).toEqual(["sign-in.json"]);
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ name: "Bob Fabrikam" });
    expect(await readFile(file, "utf8")).not.toContain("Ann");
  });

  test("with --print nothing is kept, and the token is the output", async () => {
    const { code, out } = await run(["sign-in", "--print"]);
    expect([code, decodeJwt(out)["extension_subscriptionId"]]).toEqual([0, "contoso"]);
    expect((await kept()).names).toEqual([]);
    expect((await run(["clients", "list"], { LATCHKEY_TOKEN: out })).code).toBe(0);
  });

  test("a sign-in for one service is not sent to another", async () => {
    await run(["sign-in"]);
    const seen: Asked[] = [];
    const other = await standIn((asked) => {
      seen.push(asked);
      return { status: 200, body: { items: [] } };
    });
    const asked = await run(["clients", "list", "--api", other.origin]);
    other.close();
    expect([asked.code, seen]).toEqual([3, []]);
  });

  test("who does not come back in time, or may not, is not signed in", async () => {
    const service = new URL(world.cloud.addresses.portal);
    const place = await findPlace(service, readEnvironment(mine), {});
    const late = signInByBrowser(place, () => undefined, HASTE);
    await expect(late).rejects.toMatchObject({
      exit: 3,
      message: expect.stringContaining("Nobody has signed in"),
    });
    const denied = signInByBrowser(place, async (url) => {
      const { searchParams } = new URL(url);
      const answer = { error: "access_denied", error_description: "AADB2C90091: cancelled" };
      const state = searchParams.get("state") ?? "";
      const body = new URLSearchParams({ ...answer, state });
      await fetch(searchParams.get("redirect_uri") ?? "", { method: "POST", body });
    });
    await expect(denied).rejects.toMatchObject({
      exit: 3,
      message: expect.stringContaining("AADB2C90091"),
    });
  });
});

describe("a page that can never come back to the command", () => {
  /** The listener of the sign-in that begins next; MSAL keeps it to itself. */
  const nextListener = (): Promise<Server> =>
    new Promise((resolve) => {
      const listening = (message: unknown) => {
        unsubscribe(LISTEN, listening);
        resolve(z.object({ server: z.instanceof(Server) }).parse(message).server);
      };
      subscribe(LISTEN, listening);
    });
  const portOf = (server: Server): number =>
    z.object({ port: z.number() }).parse(server.address()).port;
  const nobody = { exit: 3, message: "Nobody has signed in within 1 minutes." };
  const here = () => findPlace(new URL(world.cloud.addresses.portal), readEnvironment(mine), {});

  test("for its listener has gone: the command ends all the same", async () => {
    const place = await here();
    const listener = nextListener();
    const late = signInByBrowser(place, async () => void (await listener).close(), HASTE);
    await expect(late).rejects.toMatchObject(nobody);
  });

  test.each([
    ["takes what it does not know", (socket: Socket) => socket.end(TAKEN)],
    ["never answers", (socket: Socket) => socket],
  ])("for another program listens there, which %s", async (_name, answer) => {
    const place = await here();
    const listener = nextListener();
    const other = createServer((socket) => void answer(socket.on("error", () => undefined)));
    const late = signInByBrowser(
      place,
      async () => {
        const port = portOf(await listener);
        (await listener).close(() => other.listen(port, "127.0.0.1"));
      },
      { pageMs: 100, settleMs: 100 },
    );
    await expect(late).rejects.toMatchObject(nobody);
    other.close();
  });
});

describe("the token is renewed", () => {
  /** As if so much time had passed: the access token is nearly over. */
  const age = async (more: (cache: Record<string, Record<string, object>>) => void) => {
    const { file } = await kept();
    const all = JSON.parse(await readFile(file, "utf8"));
    const cache = JSON.parse(all.cache);
    more(cache);
    await writeFile(file, JSON.stringify({ ...all, cache: JSON.stringify(cache) }));
    return file;
  };
  const ended = (cache: Record<string, Record<string, object>>) => {
    for (const token of Object.values(cache["AccessToken"] ?? {}))
      Object.assign(token, { expires_on: "1000", extended_expires_on: "1000" });
  };

  test("by itself, and what is new is kept for the next command", async () => {
    await run(["sign-in"]);
    world.cloud.directory.resetRequests();
    await list();
    expect(world.cloud.directory.requests().filter(({ name }) => name === "POST /token")).toEqual(
      [],
    );
    const file = await age(ended);
    const before = await readFile(file, "utf8");
    expect((await list()).code).toBe(0);
    expect(await readFile(file, "utf8")).not.toBe(before);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    world.cloud.directory.resetRequests();
    await list();
    expect(world.cloud.directory.requests().filter(({ name }) => name === "POST /token")).toEqual(
      [],
    );
  });

  test("but not where the directory takes the refresh token no more: the person is asked to sign in", async () => {
    await run(["sign-in"]);
    await age((cache) => {
      ended(cache);
      for (const token of Object.values(cache["RefreshToken"] ?? {}))
        Object.assign(token, { secret: "revoked" });
    });
    const { code, said } = await list();
    expect([code, said]).toEqual([
      3,
      expect.stringContaining("Ann Contoso has to sign in again: latchkey sign-in"),
    ]);
    expect(said).not.toContain("revoked");
  });

  test("and while the directory is away the sign-in stays: later it does", async () => {
    await run(["sign-in"]);
    await age(ended);
    world.cloud.directory.setFaults("down");
    const { code } = await list();
    world.cloud.directory.setFaults(undefined);
    expect(code).toBe(6);
    expect((await list()).code).toBe(0);
  });

  test("a renewal that is written after somebody has signed out brings nothing back", async () => {
    await run(["sign-in"]);
    const store = keptSignIn(new URL(world.cloud.addresses.portal), readEnvironment(mine));
    const old = await store.read();
    await store.forget();
    if (old) await store.renew(old);
    expect([old?.name, await store.read()]).toEqual(["Ann Contoso", undefined]);
  });

  test("what a process that died has left of a sign-out goes with the next one", async () => {
    await run(["sign-in"]);
    const { folder: own } = await kept();
    await rename(own, `${own}.half.gone`);
    expect((await list()).code).toBe(3);
    await run(["sign-out"]);
    expect((await kept()).names).toEqual([]);
  });
});

describe("on another device", () => {
  const typing = (decision: Record<string, string>) => (line: string) => {
    if (line.includes("enter the code")) void typeCode(line, decision);
  };

  test("with a code that is typed there", async () => {
    const { code, out } = await run(
      ["sign-in", "--device", "--quiet"],
      {},
      typing({ login: "ann" }),
    );
    expect([code, out]).toEqual([0, expect.stringContaining("Ann Contoso is signed in")]);
    expect((await list()).code).toBe(0);
  });

  test("who says no there is not signed in", async () => {
    const { code, said } = await run(["sign-in", "--device"], {}, typing({ cancel: "yes" }));
    expect([code, said]).toEqual([3, expect.stringContaining("authorization_declined")]);
  });
});

describe("where", () => {
  test("Azure AD B2C has no device code, and the browser does", async () => {
    const b2c = await openTestDirectory();
    const settings = (name: string) => setting(b2c.directory, name);
    const service = await standIn(({ path, headers }) => {
      if (path === "/portal-config.json")
        return {
          status: 200,
          body: {
            customers: {
              clientId: settings("PORTAL_CLIENT_ID"),
              authority: settings("PORTAL_AUTHORITY"),
              scopes: settings("PORTAL_SCOPES").split(","),
              metadata: JSON.parse(settings("PORTAL_AUTHORITY_METADATA")),
            },
          },
        };
      const [, token = ""] = /^Bearer (.+)$/.exec(headers.authorization ?? "") ?? [];
      return { status: decodeJwt(token)["tfp"] ? 200 : 401, body: { items: [] } };
    });
    const at = { LATCHKEY_API: service.origin };
    const refused = await run(["sign-in", "--device"], at);
    expect([refused.code, refused.said]).toEqual([2, expect.stringContaining("Azure AD B2C")]);
    expect((await run(["sign-in"], at)).code).toBe(0);
    expect((await run(["clients", "list"], at)).out).toBe("There is none.");
    service.close();
    await b2c.close();
  });

  test("is read from the authority, where options or variables name one", async () => {
    const discovered: Asked[] = [];
    const authority = await standIn((asked) => {
      discovered.push(asked);
      const endpoint = `${authority.origin}/x`;
      return {
        status: asked.path === "/t/v2.0/.well-known/openid-configuration" ? 200 : 404,
        body: {
          issuer: authority.origin,
          authorization_endpoint: endpoint,
          token_endpoint: endpoint,
        },
      };
    });
    const service = new URL("https://api.example");
    const environment = readEnvironment({
      LATCHKEY_SIGN_IN_AUTHORITY: `${authority.origin}/t`,
      LATCHKEY_SIGN_IN_SCOPE: "one two",
    });
    const place = await findPlace(service, environment, { clientId: "an-app" });
    expect(place).toMatchObject({ clientId: "an-app", scopes: ["one", "two"] });
    const wrong = findPlace(service, environment, {
      ...{ clientId: "x", authority: `${authority.origin}/other` },
    });
    await expect(wrong).rejects.toMatchObject({ exit: 2 });
    authority.close();
  });

  test.each([
    ["a service that does not say it", 404, 2],
    ["a service that is away", 503, 6],
  ])("%s", async (_name, status, code) => {
    const silent = await standIn(() => ({ status, body: {} }));
    const ran = await run(["sign-in"], { LATCHKEY_API: silent.origin });
    silent.close();
    expect(ran.code).toBe(code);
  });

  test("in the clear nobody signs in", async () => {
    const named = ["--authority", "http://login.example/t", "--client-id", "x", "--scope", "y"];
    const { code, said } = await run(["sign-in", ...named]);
    expect([code, said]).toEqual([2, expect.stringContaining("is not https")]);
  });

  test("the state folder is the user's own, on each system", () => {
    const linux = stateFolder({ HOME: "/home/ann" });
    expect(linux).toBe("/home/ann/.local/state/latchkey");
    expect(stateFolder({ HOME: "/home/ann", XDG_STATE_HOME: "/s" })).toBe("/s/latchkey");
    vi.stubGlobal("process", { ...process, platform: "win32" });
    const windows = stateFolder({ LOCALAPPDATA: "/Users/ann/AppData/Local" });
    vi.unstubAllGlobals();
    expect(windows).toBe("/Users/ann/AppData/Local/latchkey");
  });
});
