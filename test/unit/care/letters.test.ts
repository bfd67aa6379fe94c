import { beforeEach, describe, expect, test } from "vitest";
import { remind } from "../../../shared/care/remind.ts";
import { sendLetters } from "../../../shared/care/send-letters.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { EVERY_CLIENT } from "../../../shared/clients/watch.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import type { life } from "../../doubles/mortal.ts";
import { type CareWorld, careWorld } from "../../support/care-world.ts";
import { aClient, RECONCILE_AFTER_MS, type TestProduct } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

const HOUR_MS = 3_600_000;

let world: CareWorld;
let product: TestProduct;
let mail: CareWorld["mail"];
let client: ClientRecord;
async function begin(process?: ReturnType<typeof life>) {
  world = await careWorld(process);
  ({ product, mail, client } = world);
}
beforeEach(() => begin());

const deps = () => world.deps();
const run = () => world.run();
const watches: CareWorld["watches"] = (...asked) => world.watches(...asked);
const aSecret: CareWorld["aSecret"] = (...asked) => world.aSecret(...asked);
const passDays = (days: number) => world.passDays(days);
const told = (type: string) => world.told(type);
const subjects = (to?: string) => world.subjects(to);

describe("a secret that ends", () => {
  test("is told of at each time that is set and once more at its end, to systems and to who watches it", async () => {
    await watches("ann");
    await watches("eve", { of: "another client" });
    await aSecret(40);
    await run();
    for (const days of [9, 1, 0, 22, 1, 0, 5, 1, 1, 0, 30]) {
      passDays(days);
      await run();
    }
    const of = "A secret of “Nightly import”";
    expect(subjects()).toEqual([
      `${of} expires in 30 days`,
      `${of} expires in 7 days`,
      `${of} expires in 24 hours`,
      `${of} has expired`,
    ]);
    expect(subjects("eve")).toEqual([]);
    expect(told("secret.expiring")).toMatchObject(
      ["P30D", "P7D", "P1D"].map((threshold) => ({ threshold, displayName: "Production" })),
    );
    expect(told("secret.expired")).toHaveLength(1);
  });

  test("is not told of at times that had passed when it was made", async () => {
    await watches("ann");
    await aSecret(5);
    await run();
    passDays(3);
    await run();
    expect(subjects()).toEqual([]);
    passDays(1);
    await run();
    expect(subjects()).toEqual(["A secret of “Nightly import” expires in 24 hours"]);
  });

  test("is told of once, by the last of them, when several have passed with no host there", async () => {
    await watches("ann");
    await aSecret(40);
    await run();
    passDays(34);
    await run();
    await run();
    expect(told("secret.expiring")).toMatchObject([{ threshold: "P7D" }]);
    expect(subjects()).toEqual(["A secret of “Nightly import” expires in 6 days"]);
  });

  test("is told of once, as ended, when it has ended with no host there", async () => {
    await watches("ann");
    await aSecret(8);
    await run();
    passDays(9);
    await run();
    await run();
    expect(told("secret.expiring")).toEqual([]);
    expect(told("secret.expired")).toHaveLength(1);
    expect(subjects()).toEqual(["A secret of “Nightly import” has expired"]);
  });

  test("is told of by the same run when somebody else writes its record meanwhile", async () => {
    await watches("ann");
    await aSecret(8, "One");
    await run();
    passDays(1.01);
    product.clientsTable.nextTransact(async () => ({ done: false }));
    expect(await run()).toMatchObject({ handled: 1, failed: 0, sent: 1 });
    expect(subjects()).toHaveLength(1);
    expect(told("secret.expiring")).toHaveLength(1);
  });

  test("tells nobody once it has been removed, or its client has been deleted", async () => {
    await watches("ann", { of: EVERY_CLIENT });
    const by = { subscription: "contoso", by: ANN };
    const keyId = await aSecret(8);
    const other = await aClient(product);
    await aSecret(8, "Other", other);
    await run();
    await removeSecret(product, { ...by, clientId: client.id, keyId });
    await deleteClient(product, { ...by, clientId: other.id });
    passDays(9);
    expect(await run()).toMatchObject({ failed: 0 });
    expect(product.events.published.filter(({ type }) => /expir/.test(type))).toEqual([]);
    expect(mail.taken).toEqual([]);
  });
});

describe("a letter", () => {
  test("holds all that came together, once for each person, and says what of it has ended", async () => {
    await watches("ann", { of: EVERY_CLIENT, timeZone: "America/New_York" });
    await watches("ann");
    await watches("bob");
    const one = await aSecret(8, "One");
    const other = await aClient(product, { displayName: "Other" });
    await aSecret(1, "Two", other);
    passDays(1.01);
    await run();
    expect(subjects("bob")).toEqual(["A secret of “Nightly import” expires in 7 days"]);
    const [letter, ...more] = mail.taken.filter(({ to }) => to.startsWith("ann@"));
    expect(more).toEqual([]);
    expect(letter?.subject).toBe("Secrets: 1 expired, 1 about to expire");
    const lines = (letter?.text ?? "").split("\n");
    expect(lines[0]).toMatch(
      /^The secret “Two” of the client “Other” expired on \w{3} \d+ \w{3} \d{4}, \d\d:\d\d \(America\/New_York\)\./,
    );
    expect(lines[3]).toMatch(
      /^The secret “One” of the client “Nightly import” expires on .*, in 7 days\.$/,
    );
    expect(lines[4]).toBe(`Rotate it: https://latchkey.example/#/${client.id}/${one}`);
    expect(letter?.html).toContain(`href="https://latchkey.example/#/${client.id}/${one}"`);
  });

  test("costs what is due, and what it holds", async () => {
    await watches("ann");
    await aSecret(8);
    await run();
    passDays(1.01);
    const { clientsTable, journalTable, runtime } = product;
    const all = deps();
    // What the index and the clock cost is counted where they are: here what is done for the secret, and for the letter.
    const calls = () => clientsTable.calls.length + journalTable.calls.length;
    const [due] = [{ what: "reminder" as const, threshold: "P7D", at: runtime.now() }];
    const [secret] = await product.secrets.secretsOf("contoso");
    const before = calls();
    await remind(all)(due, secret ?? expect.fail());
    expect(calls() - before).toBe(4);
    expect(await sendLetters(all)).toEqual({ sent: 1, putOff: 0 });
    // Which subscriptions wait, its letters, the seal, the person, the secret of its one line, the end.
    expect(calls() - before - 4).toBe(6);
  });

  test("ends by one click, by an address that is its own person's", async () => {
    await watches("ann");
    await aSecret(8);
    passDays(1.01);
    await run();
    const { headers = {} } = mail.taken[0] ?? expect.fail();
    expect(headers["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
    const [, token = ""] =
      /^<https:\/\/latchkey\.example\/unsubscribe\?t=([^>]+)>$/.exec(
        headers["List-Unsubscribe"] ?? "",
      ) ?? expect.fail();
    const whom = deps().look.tokens.read(token) ?? expect.fail();
    expect(whom).toEqual({ subscription: "contoso", person: "ann" });
    await deps().watches.silence(whom.subscription, whom.person, product.runtime.now());
    passDays(7);
    await run();
    expect(mail.taken).toHaveLength(1);
  });

  test("quotes what a customer has named, as text and as HTML", async () => {
    const lie = 'x" <a href="https://evil.example">Approve</a>';
    const named = await aClient(product, { displayName: lie });
    await watches("ann", { of: named.id });
    await aSecret(8, lie, named);
    passDays(1.01);
    await run();
    const { subject, text, html } = mail.taken[0] ?? expect.fail();
    expect(`${subject}${text.replaceAll("https://latchkey.example", "")}`).not.toContain("://");
    expect(html).not.toContain('evil.example"');
    expect(html.match(/<a /g)).toHaveLength(2);
  });

  test("goes once a day, unless something ends too soon to wait", async () => {
    await watches("ann", { of: EVERY_CLIENT });
    const days = async (count: number, hours = 0) => {
      passDays(count);
      product.runtime.pass(hours * HOUR_MS);
      await run();
      return subjects().length;
    };
    await aSecret(40, "One");
    await days(0, 2);
    await aSecret(40, "Can wait", await aClient(product));
    await days(0, 1);
    await aSecret(11, "Cannot", await aClient(product));
    expect(await days(4, 1)).toBe(1);
    expect(await days(5, 21)).toBe(2);
    expect(subjects().at(-1)).toContain("in 30 days");
    // The second one is due, but a letter has just gone.
    expect(await days(0, 1.5)).toBe(2);
    expect(await days(0, 1)).toBe(3);
    expect(subjects().at(-1)).toBe("Secrets: 2 about to expire");
    expect(await days(0, 1)).toBe(3);
  });

  test("that had nothing left to say keeps no other waiting", async () => {
    await watches("ann", { of: EVERY_CLIENT });
    const keyId = await aSecret(31, "One");
    product.runtime.pass(HOUR_MS);
    await aSecret(31, "Two");
    passDays(1);
    product.runtime.pass(-HOUR_MS);
    mail.away(true);
    await run();
    mail.away(false);
    await removeSecret(product, { subscription: "contoso", by: ANN, clientId: client.id, keyId });
    product.runtime.pass(HOUR_MS);
    await run();

    await run();

    expect(subjects()).toEqual(["A secret of “Nightly import” expires in 30 days"]);
  });

  test("tells times in the zone that its person has named last", async () => {
    await watches("ann", { of: "zzz", timeZone: "Europe/Berlin" });
    const since = new Date(product.runtime.now().getTime() + 1);
    await watches("ann", { of: EVERY_CLIENT, timeZone: "America/New_York", since });
    await aSecret(8);
    passDays(1.01);
    await run();
    expect(mail.taken[0]?.text).toContain("(America/New_York)");
  });

  test("that could wait goes a day later", async () => {
    await watches("ann", { of: EVERY_CLIENT });
    await aSecret(40, "One");
    product.runtime.pass(2 * HOUR_MS);
    await aSecret(40, "Can wait", await aClient(product));
    await run();
    passDays(10);
    product.runtime.pass(-HOUR_MS);
    await run();
    product.runtime.pass(2 * HOUR_MS);
    await run();
    expect(subjects()).toHaveLength(1);
    product.runtime.pass(22 * HOUR_MS);
    await run();
    expect(subjects()).toHaveLength(2);
  });

  test("is sent again, the same one, when the mail service was away, and no sooner than it asks", async () => {
    await watches("ann");
    await aSecret(8);
    passDays(1.01);
    mail.away(true);
    expect(await run()).toMatchObject({ sent: 0, putOff: 1 });
    expect(await run()).toMatchObject({ sent: 0, putOff: 0 });
    expect(mail.tries()).toBe(1);
    mail.away(false);
    product.runtime.pass(11_000);
    expect(await run()).toMatchObject({ sent: 1 });
    expect(mail.taken).toHaveLength(1);
    product.runtime.pass(RECONCILE_AFTER_MS);
    await run();
    expect(await waiting()).toBe(0);
  });

  test("that the mail service will never take is given up", async () => {
    await watches("ann", { email: "nobody" });
    await aSecret(8);
    passDays(1.01);
    expect(await run()).toMatchObject({ sent: 1 });
    await run();
    expect([mail.taken.length, mail.tries()]).toEqual([0, 1]);
  });

  test("is sent by one of two hosts", async () => {
    await watches("ann");
    await aSecret(8);
    passDays(1.01);
    await Promise.all([run(), run(), run()]);
    product.runtime.pass(RECONCILE_AFTER_MS + 1);
    await run();
    expect(mail.taken).toHaveLength(1);
    expect(told("secret.expiring")).toHaveLength(1);
  });
});

const waiting = async (): Promise<number> => {
  let count = 0;
  for await (const _ of deps().letterBox.waiting()) count += 1;
  return count;
};
