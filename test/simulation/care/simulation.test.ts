import { describe, expect, test } from "vitest";
import type { Row } from "../../../shared/adapters/records/table.ts";
import { DAY_MS } from "../../../shared/base/day.ts";
import { EXPIRED, nextDue } from "../../../shared/care/due.ts";
import type { SecretRecord } from "../../../shared/clients/secret-record.ts";
import { testProduct } from "../../support/product.ts";
import { later, newId } from "../../support/samples.ts";
import type { Odds } from "../fates.ts";
import { CALM, testRuns } from "../many-runs.ts";
import { SUBSCRIPTIONS } from "../subject.ts";
import { auditCare } from "./audit.ts";
import { eventOf } from "./audit-told.ts";
import { REMINDERS } from "./host.ts";
import { type CareRun, simulateCare } from "./simulation.ts";
import { FAITHFUL, FICKLE, mailOf } from "./wishes.ts";

const ASKED = 50;
/** Of a thousand calls. In turn: everything at once; hosts that die; answers that are lost; a directory and mail that refuse. */
const ODDS: readonly Odds[] = [
  { dies: 10, notNow: 10, unknown: 10, refused: 5, late: 0 },
  { dies: 20, notNow: 0, unknown: 0, refused: 0, late: 0 },
  { dies: 5, notNow: 20, unknown: 40, refused: 0, late: 0 },
  { dies: 5, notNow: 5, unknown: 5, refused: 40, late: 0 },
  { dies: 5, notNow: 0, unknown: 5, refused: 0, late: 200 },
];

describe("two hosts that look after what is due, and die at any of their calls", () => {
  testRuns("forget nothing, and tell nobody what is not so", {
    usually: 40,
    asked: ASKED,
    odds: ODDS,
    simulate: simulateCare,
    audit: auditCare,
  });
});

/** What is left of a run, for doctors. */
interface Patient extends CareRun {
  /** Something of it is due one day. */
  readonly live: SecretRecord;
  /** It has ended, and that was told. */
  readonly ended: SecretRecord;
  readonly removed: Pick<SecretRecord, "subscription" | "clientId" | "keyId">;
  readonly deleted: string;
}

/** One whose run leaves all that doctors need, or from which the next such one is looked for. */
let calmSeed = 82;

async function patient(): Promise<Patient> {
  const found = await leftOf(await simulateCare(calmSeed, ASKED, CALM));
  if (found) return found;
  calmSeed += 1;
  return patient();
}

async function leftOf(run: CareRun): Promise<Patient | undefined> {
  const { records, secrets, activity } = testProduct({}, run.out.tables, run.out);
  const all = { live: [], ended: [], removed: [], deleted: [] } as {
    [name in "live" | "ended" | "removed" | "deleted"]: Patient[name][];
  };
  for (const subscription of SUBSCRIPTIONS) {
    for (const { id } of (await records.list(subscription, 1_000)).records)
      for (const { record } of await secrets.secretsOf(subscription, id)) {
        const isEnded = record.told.includes(EXPIRED) && !record.retiresAt;
        // No letter of it may wait any more.
        if (isEnded && later(3 * DAY_MS, record.expiresAt) < run.out.runtime.now())
          all.ended.push(record);
        const isPlain = !record.kind && !record.retiresAt && !record.snoozedUntil;
        if (isPlain && !isEnded && nextDue(record, REMINDERS)) all.live.push(record);
      }
    for (const { action, outcome, clientId = "", credentialId } of (
      await activity.activity(subscription, {}, 1_000)
    ).entries)
      if (action === "secret.removed" && outcome === "done" && credentialId)
        all.removed.push({ subscription, clientId, keyId: credentialId });
    for (const { record } of (await records.listDeleted(subscription, 1_000)).clients)
      all.deleted.push(record.id);
  }
  const [[live], [ended], [removed], [deleted]] = [all.live, all.ended, all.removed, all.deleted];
  return live && ended && removed && deleted
    ? { ...run, live, ended, removed, deleted }
    : undefined;
}

const LONG_AGO = new Date(0);
const IN_A_YEAR = new Date("2027-03-02T12:00:00.000Z");
const SOON = "expires on a day, in 20 days.";

/** An audit that cannot fail proves nothing: each of its checks is shown what it is there to find. */
describe("the audit finds", () => {
  const inClients = ({ out }: Patient, rowKey: string, cells = {}) =>
    out.tables.clients.replace({ partitionKey: "contoso", rowKey, ...cells });
  const inJournal = ({ out }: Patient, partitionKey: string, rowKey: string, cells = {}) =>
    out.tables.journal.replace({ partitionKey, rowKey, ...cells });
  const forget = async ({ out }: Patient, isIt: (row: Row) => boolean) => {
    for (const { row } of (await out.tables.journal.page({}, 100_000)).rows)
      if (isIt(row)) await out.tables.journal.delete(row.partitionKey, row.rowKey);
  };
  const mail = (
    { out }: Patient,
    about: Pick<SecretRecord, "subscription" | "clientId" | "keyId">,
    person = FAITHFUL,
  ) => {
    const { subscription, clientId, keyId } = about;
    const text = `It ${SOON}\nRotate it: https://latchkey.example/#/${clientId}/${keyId}\n`;
    const letter = {
      id: newId(),
      subscription,
      to: mailOf(person, subscription),
      subject: "By hand",
      text,
      html: "",
    };
    out.letters.push({ letter, at: out.runtime.now() });
  };
  const change = async ({ out }: Patient, record: SecretRecord, changes: object) => {
    const { secrets } = testProduct({}, out.tables, out);
    const found = await secrets.secret(record.subscription, record.clientId, record.keyId);
    if (found) await secrets.saveSecret({ ...found.record, ...changes }, found.version);
  };
  const fact = ({ facts, out }: Patient, what: string, about: object, answer: unknown) =>
    (facts as unknown[]).push({ what, about, from: LONG_AGO, to: LONG_AGO, answer, out });

  const doctors: readonly (readonly [string, (run: Patient) => unknown])[] = [
    ["threw", ({ thrown }) => (thrown as string[]).push("A fault of ours")],
    ["not indexed", (run) => inClients(run, "todo:by hand")],
    ["under way", (run) => inClients(run, "busy:by hand")],
    ["line left", (run) => inClients(run, "letter:ann:line:by hand")],
    ["letter left", (run) => inClients(run, "letter:zoe:state", { id: "by hand" })],
    ["letters left", (run) => inJournal(run, "letters", "contoso", { since: LONG_AGO.toJSON() })],
    ["untold left", (run) => inJournal(run, "untold", "by hand")],
    ["adrift left", (run) => inJournal(run, "adrift", LONG_AGO.toISOString())],
    ["parked left", (run) => inJournal(run, "parked", "by hand")],
    [
      "not looked at",
      (run) => inJournal(run, "secrets", "again:by hand", { clientId: run.live.clientId }),
    ],
    ["kept", (run) => inClients(run, "purged:by hand", { purgedAt: LONG_AGO.toJSON() })],
    ["nobody's", (run) => inClients(run, `secret:${newId()}:${newId()}`)],
    [
      "apart",
      ({ out, live }) =>
        out.directory.removeSecret(live.clientId, live.keyId, { createdAt: LONG_AGO }),
    ],
    ["copy apart", (run) => change(run, run.live, { snoozedUntil: LONG_AGO })],
    ["overdue", (run) => change(run, run.ended, { told: [] })],
    ["not in the index", (run) => forget(run, ({ keyId }) => keyId === run.live.keyId)],
    [
      "not found by its day",
      (run) => forget(run, ({ partitionKey }) => partitionKey.startsWith("day-")),
    ],
    [
      "untold",
      ({ out, ended }) => (out.toldAt as Map<string, Date>).delete(eventOf(ended, EXPIRED)),
    ],
    [
      "too early",
      ({ out, ended }) => (out.toldAt as Map<string, Date>).set(eventOf(ended, EXPIRED), LONG_AGO),
    ],
    [
      "told to end when it had ended",
      ({ out, ended }) =>
        (out.marks as unknown[]).push({ ...ended, mark: "P1D", at: IN_A_YEAR, over: IN_A_YEAR }),
    ],
    [
      "unheard of by hand",
      async (run) => {
        const { published } = run.out.events;
        const at = published.findIndex(({ data }) => data["keyId"] === run.live.keyId);
        (published as unknown[]).splice(at, 1);
        (run.facts as unknown[]).length = 0;
        await change(run, run.live, { source: "directory" });
      },
    ],
    [
      "not heard to have gone",
      (run) => fact(run, "by hand: remove secret", run.live, { kind: "done" }),
    ],
    [
      "mailed too often",
      (run) => {
        for (let often = 0; often < ASKED; often += 1) mail(run, run.ended);
      },
    ],
    ["not mailed", ({ out }) => out.letters.splice(0)],
    [
      "mailed again",
      (run) => {
        mail(run, run.live);
        mail(run, run.live);
      },
    ],
    ["mailed of what had gone", (run) => mail(run, run.removed)],
    ["mailed of a deleted client", (run) => mail(run, { ...run.live, clientId: run.deleted })],
    [
      "mailed though put off",
      (run) => {
        fact(run, "snooze", run.live, { value: { snoozedUntil: IN_A_YEAR } });
        mail(run, run.live);
      },
    ],
    [
      "mailed without watching",
      (run) => {
        (run.facts as unknown[]).length = 0;
        mail(run, run.live, FICKLE);
      },
    ],
  ];

  test.each(doctors)("what is %s", async (what, doctor) => {
    const run = await patient();
    expect(await auditCare(run)).toEqual([]);

    await doctor(run);

    expect((await auditCare(run)).map((one) => one.split(":")[0])).toContain(what);
  });
});
