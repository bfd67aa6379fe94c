import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generateKeyPair } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { whoCalls } from "../../../infra/local/demo-api/who-calls.ts";
import { openWorld, told } from "./world.ts";

/** The file that a resource API pastes in (docs/who-calls.md), against an issuer, a lookup and a bus that can fail. */

let world: Awaited<ReturnType<typeof openWorld>>;
let who: ReturnType<typeof whoCalls>;
beforeEach(async () => {
  world = await openWorld();
  who = whoCalls(world.options);
  world.clients.set("client-1", told());
});
afterEach(() => world.stop());

const statusOf = async (token?: string): Promise<number | string> => {
  const caller = await who(token ?? (await world.sign()));
  return caller.ok ? caller.subscription : caller.status;
};

test("it is 80 lines at most", () => {
  const file = join(import.meta.dirname, "../../../infra/local/demo-api/who-calls.ts");

  expect(readFileSync(file, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(80);
});

test("a caller is its customer's, with the roles that its token carries and that are granted", async () => {
  world.clients.set("client-1", told({ roles: ["api.read"] }));

  expect(await who(await world.sign())).toEqual({
    ok: true,
    subscription: "contoso",
    roles: ["api.read"],
  });
  expect(world.seen.authorization).toBe("Bearer my-own-token");
});

test("version 1.0 names the client in appid, and Entra ID its grants in roles", async () => {
  const token = await world.sign({
    azp: undefined,
    appid: "client-1",
    scp: undefined,
    roles: ["api.write"],
  });

  expect(await who(token)).toMatchObject({ subscription: "contoso", roles: ["api.write"] });
});

test("a consent that an administrator gave a moment ago counts by the token that carries it", async () => {
  world.clients.set("client-1", told({ state: "pending", roles: [] }));

  expect(await who(await world.sign({ scp: "api.read" }))).toMatchObject({ roles: ["api.read"] });
  expect(await who(await world.sign({ scp: undefined }))).toMatchObject({ ok: true, roles: [] });
});

describe("what the token does not prove is refused, and nobody is asked", () => {
  test.each([
    ["no token", {}, "nonsense"],
    ["another issuer", { iss: "https://evil.example/" }],
    ["another audience", { aud: "another" }],
    ["a lifetime that is over", { exp: 1_700_000_000 }],
    ["no expiry", { exp: undefined }],
    ["no client", { azp: undefined }],
    ["a client that is no text", { azp: ["client-1"] }],
  ])("%s", async (_, claims, text?: string) => {
    expect(await statusOf(text ?? (await world.sign(claims)))).toBe(401);
    expect(world.asked).toEqual([]);
  });

  test("another's signature", async () => {
    const other = await generateKeyPair("RS256");

    expect(await statusOf(await world.sign({}, other.privateKey))).toBe(401);
  });
});

test.each(["rejected", "revoked", "suspended", "of tomorrow"])(
  "a client whose state is %s is refused",
  async (state) => {
    world.clients.set("client-1", told({ state }));

    expect(await statusOf()).toBe(403);
  },
);

describe("the cache", () => {
  test("asks once for as long as the answer may be kept", async () => {
    const seen = [await statusOf(), await statusOf()];
    world.pass(29);
    seen.push(await statusOf());
    world.pass(2);
    seen.push(await statusOf());

    expect(seen).toEqual(["contoso", "contoso", "contoso", "contoso"]);
    expect(world.asked).toHaveLength(2);
  });

  test("keeps nothing for longer than half a minute, whatever the answer says", async () => {
    world.seen.maxAge = 86_400;
    await statusOf();
    world.pass(31);
    await statusOf();

    expect(world.asked).toHaveLength(2);
  });

  test("keeps that a client is nobody's, too, until anything is heard", async () => {
    world.clients.clear();
    expect([await statusOf(), await statusOf()]).toEqual([403, 403]);
    expect(world.asked).toHaveLength(1);
    world.clients.set("client-1", told());

    await world.hear("id-1");

    expect(await statusOf()).toBe("contoso");
  });
});

describe("a consent that is revoked", () => {
  beforeEach(async () => {
    await statusOf();
    world.clients.set("client-1", told({ state: "revoked", roles: [] }));
  });

  test("is refused from its event on", async () => {
    expect(await statusOf()).toBe("contoso");
    await world.hear("id-1");

    expect(await statusOf()).toBe(403);
  });

  test("is refused within a minute without any event", async () => {
    world.pass(59);

    expect(await statusOf()).toBe(403);
  });

  test("is refused once the bus is in trouble: nobody knows what was not heard", async () => {
    await world.loseBus();

    expect(await statusOf()).toBe(403);
  });

  test("costs nobody else's place in the cache", async () => {
    world.clients.set("client-2", told({ id: "id-2", subscription: "fabrikam" }));
    const other = await world.sign({ azp: "client-2" });
    await statusOf(other);

    await world.hear("id-1");
    await statusOf(other);

    expect(world.asked).toEqual(["client-1", "client-2"]);
  });
});

test("an event that comes while the lookup is answered keeps the old answer out of the cache", async () => {
  world.meanwhile(async () => {
    world.clients.set("client-1", told({ state: "revoked" }));
    await world.hear("id-1");
  });
  await statusOf();

  expect(await statusOf()).toBe(403);
});

describe("while the lookup is away", () => {
  test("who was looked up goes on for as long as the answer may be kept, and nobody else", async () => {
    const strange = await world.sign({ azp: "client-2" });
    await statusOf();
    world.seen.away = true;

    expect([await statusOf(), await statusOf(strange)]).toEqual(["contoso", 503]);
    world.pass(31);
    expect(await statusOf()).toBe(503);
  });

  test("comes back by itself", async () => {
    world.seen.away = true;
    expect(await statusOf()).toBe(503);
    world.seen.away = false;

    expect(await statusOf()).toBe("contoso");
  });

  test("an answer that cannot be understood is none", async () => {
    world.clients.set("client-1", { ...told(), subscription: undefined });

    expect(await statusOf()).toBe(503);
  });
});

test("while the issuer's keys cannot be had nobody is let in, and nobody's token is called invalid", async () => {
  world.seen.issuerAway = true;

  expect(await statusOf()).toBe(503);
});
