import ICAL from "ical.js";
import { beforeEach, describe, expect, test } from "vitest";
import { writeCalendar } from "../../../shared/adapters/calendar/write-calendar.ts";
import { calendarLinks } from "../../../shared/adapters/records/calendar-links.ts";
import { secretRow } from "../../../shared/adapters/records/secret-rows.ts";
import { calendarFeed } from "../../../shared/care/calendar-feed.ts";
import {
  calendarLinkOf,
  endCalendarLink,
  makeCalendarLink,
  readAddress,
} from "../../../shared/care/calendar-link.ts";
import { parseReminders } from "../../../shared/care/reminders.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { SecretRecord } from "../../../shared/clients/secret-record.ts";
import { aClient, type TestProduct, testProduct } from "../../support/product.ts";
import { aSecretRecord, NOON } from "../../support/samples.ts";

const ANN = { subscription: "contoso", person: "ann" };
const BOB = { subscription: "contoso", person: "bob" };
const NAMES = 'Zoë; "x", \\ y\u{1F511}, whose name is long enough to need another line, or two';

let product: TestProduct;
let client: ClientRecord;
beforeEach(async () => {
  product = testProduct({ maxClients: 3_000, writesPerMinute: 10_000 });
  client = await aClient(product, { displayName: NAMES });
});
const deps = () => ({
  ...product,
  links: calendarLinks(product.clientsTable),
  reminders: parseReminders("P7D,P1D"),
  publicUrl: "https://latchkey.example",
});
const make = (whose = ANN, keyHash?: string) => makeCalendarLink(deps(), { ...whose, keyHash });
async function aSecret(changes: Partial<SecretRecord> = {}): Promise<SecretRecord> {
  const expiresAt = new Date("2027-02-01T10:30:00.000Z");
  const of = { subscription: "contoso", clientId: client.id, createdAt: NOON, expiresAt };
  const record = aSecretRecord({ ...of, ...changes });
  await product.clientsTable.replace(secretRow(record));
  return record;
}
const read = async (address: string) => {
  const named = readAddress(address);
  return named && (await calendarFeed(deps(), named));
};
const written = async (): Promise<string> =>
  writeCalendar((await read((await make()).address)) ?? expect.fail());
/** As a calendar reads it that is not ours. */
const eventsOf = (text: string) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
};

describe("an address of a calendar", () => {
  test("is good until its person ends it or makes another; others' are left alone", async () => {
    const others = await make(BOB);
    const first = await make();
    expect(await calendarLinkOf(deps(), ANN)).toEqual(first.since);
    expect(await read(first.address)).toBeDefined();
    const second = await make();
    expect(await read(first.address)).toBeUndefined();
    expect(await read(second.address)).toBeDefined();
    await endCalendarLink(deps(), ANN);
    await endCalendarLink(deps(), ANN);
    expect(await read(second.address)).toBeUndefined();
    expect(await calendarLinkOf(deps(), ANN)).toBeUndefined();
    expect(await read(others.address)).toBeDefined();
  });

  test("asked for again under the same key is the same one", async () => {
    const first = await make(ANN, "key");
    expect(await make(ANN, "key")).toEqual({ ...first, replayed: true });
    expect((await make(BOB, "key")).address).not.toBe(first.address);
    const next = await make(ANN, "another key");
    expect(next).toMatchObject({ replayed: false });
    expect(await read(first.address)).toBeUndefined();
  });

  test("of one who asks twice at once is one, the first one too", async () => {
    const askTwice = async () => {
      const asked = await Promise.all([make(), make()]);
      const left = [];
      for (const { address } of asked) if (await read(address)) left.push(address);
      expect(left).toHaveLength(1);
    };
    await askTwice();
    await askTwice();
    await endCalendarLink(deps(), ANN);
    await askTwice();
  });

  test("of one who ends the one before meanwhile is made all the same", async () => {
    await make();
    const { links } = deps();
    const put: typeof links.put = async (...given) => {
      await endCalendarLink(deps(), ANN);
      return links.put(...given);
    };
    const whose = { ...ANN, keyHash: undefined };
    const next = await makeCalendarLink({ ...deps(), links: { ...links, put } }, whose);
    expect(await read(next.address)).toBeDefined();
  });

  test("stands nowhere in the tables", async () => {
    const { address } = await make(ANN, "key");
    const [, secret = ""] = address.split(".");
    const { rows } = await product.clientsTable.page({}, 1000);
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  test("that is not written as ours are names nothing", async () => {
    const { address } = await make();
    const [name = "", secret = ""] = address.split(".");
    const wrong = [
      address.slice(0, -4),
      `${name}.${secret.slice(1)}.ics`,
      `${name}=.${secret}.ics`,
      `.${secret}.ics`,
      `${name}.${secret}.ics/`,
      "",
    ];
    expect(wrong.map(readAddress)).toEqual(wrong.map(() => undefined));
    const forged = `${Buffer.from("fabrikam").toString("base64url")}.${secret}.ics`;
    expect(readAddress(forged)).toMatchObject({ subscription: "fabrikam" });
    expect(await read(forged)).toBeUndefined();
  });
});

describe("a calendar", () => {
  test("has an entry for each end, which keeps its id, and none of a client that has gone", async () => {
    const expires = await aSecret({ displayName: NAMES });
    const retires = await aSecret({ retiresAt: new Date("2027-01-01T00:00:00.000Z") });
    await aSecret({ clientId: "11111111-1111-4111-8111-111111111111" });
    const [first, second, ...more] = eventsOf(await written());
    expect(more).toEqual([]);
    expect(first?.uid).toBe(`${retires.keyId}-retires`);
    expect(first?.startDate.toJSDate()).toEqual(retires.retiresAt);
    expect(second?.uid).toBe(`${expires.keyId}-expires`);
    expect(second?.startDate.toJSDate()).toEqual(expires.expiresAt);
    expect(second?.summary).toBe(`Secret “${NAMES}” of “${NAMES}” expires`);
    expect(second?.description).toContain(`https://latchkey.example/#/${client.id}`);
    const alarms = second?.component.getAllSubcomponents("valarm") ?? [];
    expect(alarms.map((alarm) => String(alarm.getFirstPropertyValue("trigger")))).toEqual([
      "-P7D",
      "-P1D",
    ]);
    expect(alarms.map((alarm) => alarm.getFirstPropertyValue("action"))).toEqual([
      "DISPLAY",
      "DISPLAY",
    ]);
  });

  test("reads the same until something has changed", async () => {
    const { keyId } = await aSecret();
    const before = await written();
    product.runtime.pass(86_400_000);
    expect(await written()).toBe(before);
    await product.clientsTable.delete("contoso", `secret:${client.id}:${keyId}`);
    expect(await written()).not.toBe(before);
  });

  test("keeps the rules of RFC 5545 and 7986", async () => {
    await aSecret({ displayName: NAMES });
    const text = await written();
    // 3.1: lines end in CRLF and hold at most 75 octets; a longer one goes on after a blank.
    expect(text.endsWith("END:VCALENDAR\r\n")).toBe(true);
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    const lines = text.trimEnd().split("\r\n");
    for (const line of lines) expect(Buffer.byteLength(line), line).toBeLessThanOrEqual(75);
    const unfolded = text.replaceAll("\r\n ", "").trimEnd().split("\r\n");
    for (const line of unfolded) expect(line).toMatch(/^[A-Z-]+(;[A-Z-]+=[^:;,]+)*:/);
    const count = (beginning: string) =>
      unfolded.filter((line) => line.startsWith(beginning)).length;
    // 3.6, 3.6.1: what has to be there, once.
    for (const needed of ["VERSION:2.0", "PRODID:", "UID:", "DTSTAMP:", "DTSTART:", "SUMMARY:"])
      expect(count(needed), needed).toBe(1);
    expect(unfolded).toContain(`DTSTAMP:${NOON.toISOString().replaceAll(/[-:]|\.\d+/g, "")}`);
    // RFC 7986, 5.1 and 5.7; a feed has no METHOD, which would make it a message to somebody.
    expect(unfolded).toContain("NAME:Credentials that end");
    expect(unfolded).toContain("REFRESH-INTERVAL;VALUE=DURATION:PT6H");
    expect(count("METHOD")).toBe(0);
    // 3.6: an event's properties come before its alarms.
    const afterAlarms = unfolded.slice(unfolded.lastIndexOf("END:VALARM") + 1);
    expect(afterAlarms).toEqual(["END:VEVENT", "END:VCALENDAR"]);
  });

  test("of nothing is a calendar", async () => {
    expect(eventsOf(await written())).toEqual([]);
  });

  test("costs three requests, and one more for each further thousand of clients or secrets", async () => {
    await aSecret();
    const { address } = await make();
    product.clientsTable.forget();
    await read(address);
    expect(product.clientsTable.calls).toHaveLength(3);
  });
});
