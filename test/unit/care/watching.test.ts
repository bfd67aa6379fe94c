import { describe, expect, test } from "vitest";
import { verifiedEmail } from "../../../functions/edge/verified-email.ts";
import { watchRecords } from "../../../shared/adapters/records/watch-records.ts";
import { unsubscribeTokens } from "../../../shared/care/unsubscribe.ts";
import {
  countingWatches,
  unwatch,
  type WatchDeps,
  watch,
  watchState,
} from "../../../shared/care/watching.ts";
import { personOf } from "../../../shared/clients/person.ts";
import { EVERY_CLIENT } from "../../../shared/clients/watch.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { memoryRecords } from "../../support/memory-records.ts";
import { aRecord, later, NOON } from "../../support/samples.ts";

const ANN = { person: "ann", email: "ann@contoso.example" };

function world(canMail = true) {
  const clients = memoryRecords();
  const record = aRecord();
  clients.put(record);
  let now = NOON;
  const watches = watchRecords(memoryTable());
  const deps: WatchDeps = {
    records: clients.records,
    watches,
    runtime: { now: () => now },
    canMail,
  };
  const { subscription } = record;
  return {
    deps,
    watches,
    subscription,
    own: { subscription, of: record.id, watcher: ANN },
    all: { subscription, of: EVERY_CLIENT, watcher: ANN },
    setNow: (next: Date) => {
      now = next;
    },
  };
}

describe("a person", () => {
  test("watches a client at the address of their token, and sees that", async () => {
    const { deps, own } = world();
    expect(await watchState(deps, own)).toMatchObject({
      value: { watching: false, everyClient: false, email: ANN.email },
    });
    const asked = await watch(deps, { ...own, timeZone: "Europe/Berlin" });
    const value = {
      watching: true,
      everyClient: false,
      email: ANN.email,
      timeZone: "Europe/Berlin",
      since: NOON,
    };
    expect(asked).toEqual({ ok: true, value });
    expect(await watchState(deps, own)).toEqual({ ok: true, value });
    await unwatch(deps, own);
    expect(await watchState(deps, own)).toMatchObject({ value: { watching: false } });
  });

  test("who watches everything sees so at each client", async () => {
    const { deps, own, all } = world();
    await watch(deps, { ...all, timeZone: undefined });
    expect(await watchState(deps, own)).toMatchObject({
      value: { watching: false, everyClient: true },
    });
    await unwatch(deps, all);
    expect(await watchState(deps, own)).toMatchObject({ value: { everyClient: false } });
  });

  test("without a proven address, or where no mail goes out, is told so, after the client is found", async () => {
    const { deps, own } = world();
    const asked = { ...own, timeZone: undefined };
    const refusal = async (canMail: boolean, request: typeof own | object) =>
      watch({ ...deps, canMail }, { ...asked, ...request });
    expect(await refusal(true, { watcher: undefined })).toMatchObject({
      refusal: { reason: "no-verified-email" },
    });
    expect(await refusal(false, {})).toMatchObject({ refusal: { reason: "mail-not-set-up" } });
    expect(await refusal(false, { subscription: "fabrikam" })).toMatchObject({
      refusal: { reason: "not-found" },
    });
    for (const call of [watchState, unwatch])
      expect(await call(deps, { ...own, subscription: "fabrikam" })).toMatchObject({
        refusal: { reason: "not-found" },
      });
  });

  test("who wants no more mail gets none, for what they make either, until they ask again", async () => {
    const { deps, watches, own, subscription, setNow } = world();
    await watch(deps, { ...own, timeZone: undefined });
    await watches.silence(subscription, ANN.person, later(1000));
    const made = { ...ANN, subscription, of: "another", since: later(2000), by: "create" as const };
    await watches.watch(made);
    const counting = async () =>
      countingWatches(await watches.ofPerson(subscription, ANN.person)).map(({ of }) => of);
    expect(await counting()).toEqual([]);
    expect(await watchState(deps, own)).toMatchObject({ value: { watching: false } });
    setNow(later(3000));
    await watch(deps, { ...own, timeZone: undefined });
    expect(new Set(await counting())).toEqual(new Set([own.of, "another"]));
  });

  test("is known by issuer and subject together", () => {
    const issuer = "https://issuer.example";
    const one = personOf({ kind: "customer", issuer, subject: "1" });
    expect(one).toMatch(/^[\w-]{43}$/);
    expect(personOf({ kind: "customer", issuer, subject: "1", displayName: "Ann" })).toBe(one);
    expect(personOf({ kind: "customer", issuer, subject: "2" })).not.toBe(one);
    expect(personOf({ kind: "customer", issuer: `${issuer}/x`, subject: "1" })).not.toBe(one);
    expect(personOf({ kind: "customer", subject: "1" })).toBeUndefined();
    expect(personOf({ kind: "customer", issuer })).toBeUndefined();
  });
});

describe("the address in a token", () => {
  const b2c = { claim: "emails", proofs: [] };
  const entra = { claim: "email", proofs: ["email_verified", "xms_edov"] };
  const email = "ann@contoso.example";

  test.each([
    ["of a B2C user flow", b2c, { emails: [email, "other@contoso.example"] }],
    ["of a policy of one's own", { ...b2c, claim: "email" }, { email }],
    ["whose domain is the tenant's", entra, { email, xms_edov: true }],
    ["as Entra writes it", entra, { email, xms_edov: "1" }],
    ["as OpenID Connect has it", entra, { email, email_verified: true }],
  ])("counts %s", (_, rule, claims) => {
    expect(verifiedEmail(claims, rule)).toBe(email);
  });

  test.each([
    ["that nobody vouches for", entra, { email }],
    ["that is said to be unverified", entra, { email, xms_edov: false }],
    ["of which one claim says no", entra, { email, xms_edov: true, email_verified: false }],
    ["whatever the setting says", b2c, { emails: [email], email_verified: "false" }],
    ["in another claim", entra, { emails: [email], xms_edov: true }],
    ["that is none", b2c, { emails: ["ann"] }],
    ["of no entry", b2c, { emails: [] }],
    ["with a line break", b2c, { emails: ["ann@contoso.example\r\nBcc: x@y.example"] }],
    ["that is too long", b2c, { emails: [`${"a".repeat(60)}@${"b.".repeat(110)}example`] }],
  ])("does not count %s", (_, rule, claims) => {
    expect(verifiedEmail(claims, rule)).toBeUndefined();
  });
});

describe("an address that ends mail", () => {
  const tokens = unsubscribeTokens("k".repeat(32));
  const whom = { subscription: "contoso / Ä", person: "ann" };

  test("says whose mail, and fits into a link", () => {
    const token = tokens.issue(whom);
    expect(token).toMatch(/^[\w-]+\.[\w-]{43}$/);
    expect(tokens.read(token)).toEqual(whom);
  });

  test("of another key, person or form is none", () => {
    const token = tokens.issue(whom);
    const [payload, signature] = token.split(".");
    const [others] = tokens.issue({ ...whom, person: "bob" }).split(".");
    const wrong = [
      unsubscribeTokens("l".repeat(32)).issue(whom),
      `${others}.${signature}`,
      `${payload}.`,
      `${payload}`,
      `${payload}.${signature?.slice(1)}`,
      `${token}.x`,
      "",
      ".",
    ];
    expect(wrong.map((one) => tokens.read(one))).toEqual(wrong.map(() => undefined));
  });
});
