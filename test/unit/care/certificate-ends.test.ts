import ICAL from "ical.js";
import { beforeEach, describe, expect, test } from "vitest";
import { writeCalendar } from "../../../shared/adapters/calendar/write-calendar.ts";
import { calendarLinks } from "../../../shared/adapters/records/calendar-links.ts";
import { calendarFeed } from "../../../shared/care/calendar-feed.ts";
import { makeCalendarLink, readAddress } from "../../../shared/care/calendar-link.ts";
import { snooze } from "../../../shared/care/snooze.ts";
import { deliver } from "../../../shared/care/webhooks/deliver.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import { rotateCertificate } from "../../../shared/operations/credentials/rotate-certificate.ts";
import { type CareWorld, careWorld } from "../../support/care-world.ts";
import { aGiven } from "../../support/certificates.ts";
import { ANN } from "../../support/samples.ts";
import { CONTOSO, webhookWorld } from "../../support/webhook-world.ts";

/** The end of a certificate is told like that of a secret, and as what it is. */

const DAY_MS = 86_400_000;

let world: CareWorld;
beforeEach(async () => {
  world = await careWorld();
});

const own = () => ({ subscription: CONTOSO, clientId: world.client.id, by: ANN });
const given = (days: number) => aGiven(world.product.runtime.now(), days);
async function aCertificate(days: number, displayName = "Build server") {
  const request = { ...own(), certificate: given(days), displayName };
  const added = await addCertificate(world.product, request);
  if (!added.ok) throw new Error(added.refusal.reason);
  return added.value;
}
const inDays = (days: number) => new Date(world.product.runtime.now().getTime() + days * DAY_MS);

describe("a certificate that ends", () => {
  test("is told of at each time that is set and once more at its end, and never as a secret", async () => {
    await world.watches("ann");
    const { keyId, expiresAt } = await aCertificate(40);
    await world.run();
    for (const days of [10, 22.01, 1, 6, 1, 30]) {
      world.passDays(days);
      await world.run();
    }

    const of = "A certificate of “Nightly import”";
    expect(world.subjects()).toEqual([
      `${of} expires in 30 days`,
      `${of} expires in 7 days`,
      `${of} expires in 24 hours`,
      `${of} has expired`,
    ]);
    const data = {
      ...{ clientId: world.client.id, keyId, kind: "certificate" },
      ...{ displayName: "Build server", expiresAt: expiresAt.toISOString() },
    };
    expect(world.told("certificate.expiring")).toEqual(
      ["P30D", "P7D", "P1D"].map((threshold) => ({ ...data, threshold })),
    );
    expect(world.told("certificate.expired")).toEqual([data]);
    expect(world.product.events.published.filter(({ type }) => /^secret/.test(type))).toEqual([]);
  });

  test("is named as one in the letter, with the way to rotate it", async () => {
    await world.watches("ann");
    const { keyId } = await aCertificate(8);
    await world.run();
    world.passDays(1.01);
    await world.run();

    const [letter] = world.mail.taken;
    const [sentence, address] = (letter?.text ?? "").split("\n");
    expect(sentence).toMatch(
      /^The certificate “Build server” of the client “Nightly import” expires on .+, in 7 days\.$/,
    );
    const url = `https://latchkey.example/#/${world.client.id}/${keyId}`;
    expect(address).toBe(`Rotate it: ${url}`);
    expect(letter?.html).toContain("The certificate “Build server”");
    expect(letter?.html).toContain(`href="${url}"`);
    expect(`${letter?.subject}${letter?.text}${letter?.html}`).not.toMatch(/secret/i);
  });

  test("stands beside a secret in one letter, each by its kind", async () => {
    await world.watches("ann");
    await aCertificate(8);
    await world.aSecret(1, "Old");
    world.passDays(1.01);
    await world.run();

    expect(world.subjects()).toEqual(["Credentials: 1 expired, 1 about to expire"]);
    const { text = "" } = world.mail.taken[0] ?? {};
    expect(text.match(/^The \w+ “[^”]+”/gm)).toEqual([
      "The secret “Old”",
      "The certificate “Build server”",
    ]);
  });

  test("is told of no more once it is removed, and once it is replaced", async () => {
    await world.watches("ann");
    const { keyId: removed } = await aCertificate(8, "Removed");
    const { keyId } = await aCertificate(8, "Replaced");
    await world.run();
    await removeSecret(world.product, { ...own(), keyId: removed, kind: "certificate" });
    const replaced = { ...own(), keyId, certificate: given(90), graceHours: 24 };
    expect(await rotateCertificate(world.product, replaced)).toMatchObject({ ok: true });
    world.passDays(9);

    await world.run();

    expect(world.subjects()).toEqual([]);
    const { published } = world.product.events;
    expect(published.filter(({ type }) => /expir/.test(type))).toEqual([]);
  });

  test("is told of again where its client was deleted and has come back", async () => {
    await world.watches("ann");
    await aCertificate(8);
    await world.run();
    await deleteClient(world.product, own());
    world.passDays(1.01);
    await world.run();
    expect(world.subjects()).toEqual([]);
    const restored = { ...own(), as: "customer" as const };
    expect(await restoreClient(world.product, restored)).toMatchObject({ ok: true });

    await world.run();

    expect(world.subjects()).toEqual(["A certificate of “Nightly import” expires in 7 days"]);
  });

  test("keeps its reminders back while it is snoozed, which is on record as its own", async () => {
    await world.watches("ann");
    const { keyId } = await aCertificate(8);
    await world.run();
    const asked = { ...own(), keyId, kind: "certificate" as const, until: inDays(3) };
    expect(await snooze(world.deps(), asked)).toMatchObject({
      ok: true,
      value: { kind: "certificate", snoozedUntil: inDays(3) },
    });
    world.passDays(1.01);
    await world.run();
    expect(world.subjects()).toEqual([]);
    world.passDays(2);
    await world.run();

    expect(world.subjects()).toEqual(["A certificate of “Nightly import” expires in 5 days"]);
    const entries = { from: "activity:", before: "activity;" };
    const { rows } = await world.product.clientsTable.page(entries, 9);
    expect(rows.map(({ row }) => row["action"])).toContain("certificate.rescheduled");
  });
});

describe("in the calendar", () => {
  test("a certificate has an entry for its end, and one that is replaced for its removal", async () => {
    const ends = await aCertificate(40);
    const { keyId } = await aCertificate(50, "Old");
    const replaced = { ...own(), keyId, certificate: given(90), graceHours: 24 };
    await rotateCertificate(world.product, { ...replaced, displayName: "New" });
    const links = calendarLinks(world.product.clientsTable);
    const deps = { ...world.deps(), links, publicUrl: "https://latchkey.example" };
    const whose = { subscription: CONTOSO, person: "ann", keyHash: undefined };
    const { address } = await makeCalendarLink(deps, whose);

    const feed = await calendarFeed(deps, readAddress(address) ?? expect.fail());

    // As a calendar reads it that is not ours.
    const calendar = new ICAL.Component(ICAL.parse(writeCalendar(feed ?? expect.fail())));
    const events = calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
    const client = "of “Nightly import”";
    expect(events.map(({ summary }) => summary)).toEqual([
      `Certificate “Old” ${client} is removed`,
      `Certificate “Build server” ${client} expires`,
      `Certificate “New” ${client} expires`,
    ]);
    const [gone, next] = events;
    expect(gone?.uid).toBe(`${keyId}-retires`);
    expect(gone?.description).toMatch(/^Another certificate has taken its place\. https:/);
    expect(gone?.startDate.toJSDate()).toEqual(inDays(1));
    expect(next?.uid).toBe(`${ends.keyId}-expires`);
    expect(next?.startDate.toJSDate()).toEqual(ends.expiresAt);
    expect(next?.component.getAllSubcomponents("valarm")).toHaveLength(3);
  });
});

test("whatever is told of a certificate comes to the customer's webhook as it was told", async () => {
  const { keyId } = await aCertificate(40);
  const replaced = { ...own(), keyId, certificate: given(8), graceHours: 0 };
  await rotateCertificate(world.product, replaced);
  await world.run();
  world.passDays(1.01);
  await world.run();
  world.passDays(6);
  await world.run();
  world.passDays(2);
  await world.run();
  const events = world.product.events.published.filter(({ type }) => /^certificate/.test(type));
  const receiver = webhookWorld();
  await receiver.set();

  for (const { id, type, data } of events) {
    receiver.runtime.pass(1_000);
    expect(await deliver(receiver.host(), receiver.event({ id, type, data }))).toBe("delivered");
  }

  const came = receiver.received.map(({ body }): unknown => JSON.parse(body));
  expect(came).toMatchObject(events.map(({ type, data }) => ({ type, data })));
  expect(events.map(({ type }) => type)).toEqual([
    "certificate.created",
    "certificate.retired",
    "certificate.rotated",
    "certificate.expiring",
    "certificate.expiring",
    "certificate.expired",
  ]);
  for (const { data } of events) expect(data).toMatchObject({ kind: "certificate" });
});
