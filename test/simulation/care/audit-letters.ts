import { DAY_MS } from "../../../shared/base/day.ts";
import { EXPIRED } from "../../../shared/care/due.ts";
import type { Activity } from "../../../shared/clients/activity.ts";
import type { SecretRecord } from "../../../shared/clients/secret-record.ts";
import { later } from "../../support/samples.ts";
import { CLOCKS_MS } from "./audit-told.ts";
import type { CareRun, Fact } from "./simulation.ts";
import { FAITHFUL, FICKLE, mailOf } from "./wishes.ts";

const HOUR_MS = 3_600_000;
/** Longer than any host is at one letter. */
const AT_WORK_MS = HOUR_MS / 2;
/** A person gets no more than one letter in so long, but for what ends at once. */
const LETTER_EVERY_MS = 23 * HOUR_MS - AT_WORK_MS;
/** Longer than a letter waits where all is well. */
const LETTER_MS = 27 * HOUR_MS;
/** Longer than anything is away. */
const MOST_MS = 5 * DAY_MS;

interface Line {
  readonly id: string;
  readonly subscription: string;
  readonly to: string;
  readonly at: Date;
  readonly clientId: string;
  readonly keyId: string;
  /** That it has ended. */
  readonly isEnd: boolean;
  /** It cannot wait for a day. */
  readonly isUrgent: boolean;
}

const SENTENCE = /expire(d|s) on ([^\n]*)\nRotate it: \S+#\/([\da-f-]+)\/([\da-f-]+)\n/g;

/** Who watches is mailed of each end in its time, and nobody of anything else. */
export function auditLetters(
  run: CareRun,
  known: readonly SecretRecord[],
  entries: readonly Activity[],
): string[] {
  const lines = run.out.letters.flatMap(({ letter, at }) =>
    [...letter.text.matchAll(SENTENCE)].map(
      ([, end, when = "", clientId = "", keyId = ""]): Line => ({
        ...{ id: letter.id, subscription: letter.subscription, to: letter.to },
        ...{ at, clientId, keyId, isEnd: end === "d" },
        isUrgent: end === "d" || /in \d+ hours?\./.test(when),
      }),
    ),
  );
  return [
    ...known.flatMap((record) => auditMailed(run, record, lines, entries)),
    ...auditOften(lines),
    ...lines.flatMap((line) => [
      ...auditStillSo(run.facts, entries, line),
      ...(line.to.startsWith(FICKLE) && !isWatched(run.facts, line)
        ? [`mailed without watching: ${line.to} of ${line.keyId} at ${line.at.toISOString()}`]
        : []),
    ]),
  ];
}

/** What the record says people were told the one who watches everything was mailed. */
function auditMailed(
  { out, facts }: CareRun,
  record: SecretRecord,
  lines: readonly Line[],
  entries: readonly Activity[],
): string[] {
  const { subscription, clientId, keyId, retiresAt } = record;
  const to = mailOf(FAITHFUL, subscription);
  const own = lines.filter((line) => line.to === to && line.keyId === keyId);
  const marks = out.marks.filter((one) => one.keyId === keyId);
  const often = own.length > marks.length ? [`mailed too often: ${own.length} of ${keyId}`] : [];
  // A letter leaves out what is to go, and what somebody has put off.
  const isLeftOut = facts.some(
    ({ what, about }) =>
      (about.keyId === keyId || about.certificateId === keyId) &&
      /rotate|retirement|snooze/.test(what),
  );
  const now = out.runtime.now();
  const backs = entries
    .filter((entry) => entry.clientId === clientId && entry.action === "client.restored")
    .map((entry) => entry.at);
  const lost = marks.filter(({ mark, at, over }) => {
    if (retiresAt || (isLeftOut && mark !== EXPIRED)) return false;
    const [from, until] = [later(-CLOCKS_MS, at), over ? later(AT_WORK_MS, over) : now];
    const isMailed = own.some(
      (line) => line.at >= from && line.at <= until && (line.isEnd || mark !== EXPIRED),
    );
    // What comes next makes it needless; and nobody is mailed of a client that is away.
    const since = Math.max(at.getTime(), ...backs.filter((one) => one < until).map(Number));
    return !isMailed && until.getTime() - since > (over ? MOST_MS : LETTER_MS);
  });
  return [...often, ...lost.map(({ mark }) => `not mailed: ${mark} of ${keyId}`)];
}

/** No more than a letter a day. */
function auditOften(lines: readonly Line[]): string[] {
  const letters = Map.groupBy(lines, ({ id }) => id);
  const last = new Map<string, Date>();
  return [...letters.values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const before = last.get(first.to);
    last.set(first.to, first.at);
    const isSoon = before && first.at.getTime() - before.getTime() < LETTER_EVERY_MS;
    return isSoon && !own.some(({ isUrgent }) => isUrgent)
      ? [`mailed again: ${first.to} of ${first.keyId} at ${first.at.toISOString()}`]
      : [];
  });
}

/** Nobody is frightened by what has gone, or was put off, a while ago. */
function auditStillSo(
  facts: readonly Fact[],
  entries: readonly Activity[],
  { at, clientId, keyId, isEnd }: Line,
): string[] {
  const before = at.getTime() - AT_WORK_MS;
  const when = `of ${keyId} at ${at.toISOString()}`;
  const soon = later(CLOCKS_MS, at);
  const done = entries
    .filter((entry) => entry.clientId === clientId && entry.outcome === "done" && entry.at < soon)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const gone = done.find(
    ({ action, credentialId }) => credentialId === keyId && /\.(removed|retired)$/.test(action),
  );
  const times = (what: string) =>
    done.filter(({ action }) => action === what).map((entry) => entry.at.getTime());
  const deleted = times("client.deleted").at(-1) ?? before;
  const isBack = times("client.restored").some((restored) => restored > deleted - CLOCKS_MS);
  const snoozes = facts.filter(
    ({ what, about }) =>
      (what === "snooze" && about.keyId === keyId) ||
      (what === "snooze certificate" && about.certificateId === keyId),
  );
  const last = snoozes.filter(({ from }) => from < at).at(-1);
  const until = last?.to && last.to.getTime() < before ? snoozedUntil(last.answer) : undefined;
  return [
    ...(gone && gone.at.getTime() < before ? [`mailed of what had gone: ${when}`] : []),
    ...(deleted < before && !isBack ? [`mailed of a deleted client: ${when}`] : []),
    ...(until && until > at && !isEnd ? [`mailed though put off: ${when}`] : []),
  ];
}

function snoozedUntil(answer: unknown): Date | undefined {
  const { value } = (answer ?? {}) as { value?: { snoozedUntil?: Date } };
  return value?.snoozedUntil;
}

/** Whether the person may have been watching when the letter went. */
function isWatched(facts: readonly Fact[], { subscription, clientId, at }: Line): boolean {
  const before = at.getTime() - AT_WORK_MS;
  const own = facts.filter(({ about }) => about.subscription === subscription);
  const ends = (what: string) =>
    Math.max(
      ...own
        .filter((fact) => fact.what === what && isWell(fact.answer))
        .map(({ from, to }) =>
          (to?.getTime() ?? Number.POSITIVE_INFINITY) < before ? from.getTime() : 0,
        ),
      0,
    );
  const [silent, unwatched] = [ends("unsubscribe"), ends("unwatch all")];
  const after = (what: RegExp, isOfIt: (fact: Fact) => boolean = () => true): boolean =>
    own.some((fact) => {
      const asked = fact.to?.getTime() ?? Number.POSITIVE_INFINITY;
      const since = fact.what === "watch all" ? Math.max(silent, unwatched) : silent;
      return what.test(fact.what) && asked >= since && isOfIt(fact);
    });
  return (
    after(/^watch all$/) ||
    after(/^watch$/, ({ about }) => about.clientId === clientId) ||
    // What somebody makes is told them unless they want no mail, until they ask again for any.
    ((silent === 0 || after(/^watch/)) &&
      after(/^create$/, ({ answer }) => mayBe(clientId, answer)))
  );
}

/** Whether that is what was made, as far as its maker was told. */
function mayBe(clientId: string, answer: unknown): boolean {
  const { ok, value } = (answer ?? {}) as { ok?: boolean; value?: { id?: string } };
  return ok === undefined || value?.id === clientId;
}

/** What unsubscribes answers nothing. */
const isWell = (answer: unknown): boolean =>
  answer === undefined || (typeof answer === "object" && answer !== null && "ok" in answer);
