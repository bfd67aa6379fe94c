import { dayOf } from "../base/day.ts";
import { withDeadline } from "../base/deadline.ts";
import { note } from "../base/observation.ts";
import { RemoteUnavailable } from "../base/unavailable.ts";
import type { ClientRecord } from "../clients/client.ts";
import { isSameKey } from "../clients/known-secrets.ts";
import type { ClientRecords } from "../clients/ports.ts";
import { EVERY_CLIENT } from "../clients/watch.ts";
import { type ClaimDeps, isHeld, newClaim } from "../consent/claim.ts";
import { EXPIRED } from "./due.ts";
import {
  type LetterBox,
  type LetterLine,
  type LetterState,
  lineId,
  type PersonLetters,
} from "./letter-box.ts";
import type { PersonMail, WatchRecords } from "./ports.ts";
import { type TellAgainDeps, tellAgain } from "./tell-again.ts";
import { countingWatches } from "./watching.ts";
import { type LetterLook, writeLetter } from "./write-letter.ts";

export interface SendLettersDeps extends ClaimDeps, TellAgainDeps {
  readonly letterBox: LetterBox;
  readonly watches: Pick<WatchRecords, "ofPerson">;
  readonly records: Pick<ClientRecords, "client">;
  readonly mail: PersonMail;
  readonly look: LetterLook;
  /** Longest time one subscription may take, in milliseconds. */
  readonly entryMs: number;
}

export interface LettersSent {
  readonly sent: number;
  /** Held back, or the mail service is away: they go with a later run. */
  readonly putOff: number;
}

const HOUR_MS = 3_600_000;
/** What can wait a day waits for the next letter: a person gets one a day. */
const LETTER_EVERY_MS = 23 * HOUR_MS;
/** What ends sooner than this cannot. */
const URGENT_MS = 48 * HOUR_MS;
/** Lines of one letter; what is more comes with the next. */
const MOST_LINES = 50;

/**
 * Sends what people are to be told: each person's lines together, as one letter. The letter is sealed first, so that whoever comes
 * after a death sends the same lines under the same id, which the mail service then knows; its lines go when it has been taken.
 * Costs what waits: for each subscription a request, for each letter three, and one for each client in it; for each line
 * of what is to go meanwhile three more.
 */
export async function sendLetters(deps: SendLettersDeps): Promise<LettersSent> {
  const tally = { sent: 0, putOff: 0 };
  for await (const waiting of deps.letterBox.waiting()) {
    try {
      const left = await withDeadline(deps.entryMs, () =>
        ofSubscription(deps, waiting.subscription, tally),
      );
      const isOld = deps.runtime.now().getTime() - waiting.since.getTime() > deps.reconcileAfterMs;
      // One that was noted just now may have its lines written a moment later.
      if (!left && isOld) await deps.letterBox.forget(waiting);
    } catch (error) {
      note(error instanceof RemoteUnavailable ? "letters-put-off" : "letters-failed");
      tally.putOff += 1;
    }
  }
  return tally;
}

/** Whether anything is left to be sent. */
async function ofSubscription(
  deps: SendLettersDeps,
  subscription: string,
  tally: { sent: number; putOff: number },
): Promise<boolean> {
  let left = false;
  for (const letters of await deps.letterBox.ofSubscription(subscription)) {
    if (letters.lines.length === 0 && !letters.state?.now.sealed) continue;
    const outcome = await ofPerson(deps, subscription, letters).catch((error: unknown) => {
      if (error instanceof RemoteUnavailable) throw error;
      // A fault of ours with one person's letter keeps nobody else from theirs.
      note("letters-failed");
      return "putOff" as const;
    });
    if (outcome !== "waiting") tally[outcome] += 1;
    const inLetter = linesOf(letters);
    // One that waited holds nothing of what came to be told meanwhile.
    left ||= outcome !== "sent" || letters.lines.some((line) => !inLetter.includes(lineId(line)));
  }
  return left;
}

/** What the letter holds that is on its way, or the next one, by `lineId`. */
const linesOf = ({ lines, state }: PersonLetters): readonly string[] =>
  state?.now.sealed?.lines ??
  lines
    .toSorted((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime())
    .slice(0, MOST_LINES)
    .map(lineId);

async function ofPerson(
  deps: SendLettersDeps,
  subscription: string,
  letters: PersonLetters,
): Promise<"sent" | "putOff" | "waiting"> {
  const { runtime, letterBox } = deps;
  const { person, lines, state } = letters;
  const now = runtime.now();
  const before = state?.now.sealed;
  if (before) {
    if (isHeld(before.claim, deps)) return "waiting";
    if (before.notBefore && before.notBefore > now) return "waiting";
  } else if (mayWait(lines, state?.now, now)) return "waiting";
  const sealed = before ?? { id: `letter:${runtime.newId()}`, lines: linesOf(letters) };
  const mine: LetterState = {
    ...state?.now,
    person,
    sealed: { ...sealed, claim: newClaim(deps), notBefore: undefined },
  };
  const version = await letterBox.save(subscription, mine, state?.version);
  if (version === undefined) return "waiting";
  const own = lines.filter((line) => sealed.lines.includes(lineId(line)));
  let isOut: boolean;
  try {
    isOut = await send(deps, subscription, person, sealed.id, own);
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    const notBefore = new Date(runtime.now().getTime() + error.retryAfterSeconds * 1000);
    const putOff = { ...mine, sealed: { ...sealed, claim: undefined, notBefore } };
    await letterBox.save(subscription, putOff, version);
    return "putOff";
  }
  const sent = { person, sentAt: isOut ? runtime.now() : state?.now.sentAt };
  return (await letterBox.sent(subscription, sent, version, own)) ? "sent" : "waiting";
}

function mayWait(lines: readonly LetterLine[], state: LetterState | undefined, now: Date): boolean {
  const isRecent = state?.sentAt && now.getTime() - state.sentAt.getTime() < LETTER_EVERY_MS;
  const isUrgent = ({ mark, expiresAt }: LetterLine) =>
    mark === EXPIRED || expiresAt.getTime() - now.getTime() < URGENT_MS;
  return isRecent === true && !lines.some(isUrgent);
}

/**
 * To where the person is reached now, with what is still so: a secret that has gone meanwhile, or its client, frightens nobody.
 * Whether anything was left to be sent.
 */
async function send(
  deps: SendLettersDeps,
  subscription: string,
  person: string,
  id: string,
  lines: readonly LetterLine[],
): Promise<boolean> {
  const { watches, records, secrets, mail, look, runtime } = deps;
  const watched = countingWatches(await watches.ofPerson(subscription, person)).toSorted(
    (a, b) => a.since.getTime() - b.since.getTime(),
  );
  const reach = watched.at(-1);
  if (!reach) return false;
  const told: LetterLine[] = [];
  const clients = new Map<string, ClientRecord | undefined>();
  for (const line of latest(lines)) {
    const { clientId } = line;
    if (!watched.some((watch) => watch.of === clientId || watch.of === EVERY_CLIENT)) continue;
    if (!clients.has(clientId))
      clients.set(clientId, (await records.client(subscription, clientId))?.record);
    const client = clients.get(clientId);
    const is = client ? await stateOf(client, line, secrets, runtime.now()) : "leaving";
    if (is === "so") told.push(line);
    // It may come back with its client, or be kept after all.
    if (is === "leaving") await tellAgain(deps, subscription, line);
  }
  if (told.length === 0) return false;
  const { timeZone } = watched.findLast((one) => one.timeZone !== undefined) ?? reach;
  const whom = { subscription, person, email: reach.email, timeZone };
  const taken = await mail.send(writeLetter(look, { id, whom, lines: told, now: runtime.now() }));
  if (taken === "refused") note(`letter-refused:${dayOf(runtime.now())}`);
  return true;
}

/**
 * `so`: of a secret that is there to stay, and was not put off meanwhile. By the client's own copy where that has it, which spares a
 * read. What a deleted client had is kept for its month.
 */
async function stateOf(
  client: ClientRecord,
  { keyId, mark }: LetterLine,
  secrets: TellAgainDeps["secrets"],
  now: Date,
): Promise<"so" | "leaving" | "over"> {
  const known = client.secrets?.find((secret) => isSameKey(secret.keyId, keyId));
  const secret = known ?? (await secrets.secret(client.subscription, client.id, keyId))?.record;
  if (!secret || known?.goneAt) return "over";
  if (secret.retiresAt) return "leaving";
  return mark === EXPIRED || !secret.snoozedUntil || secret.snoozedUntil <= now ? "so" : "over";
}

/** Of one secret what is told last: that it has expired makes what was to be told before needless. */
function latest(lines: readonly LetterLine[]): readonly LetterLine[] {
  const bySecret = new Map<string, LetterLine>();
  for (const line of lines.toSorted((a, b) => a.since.getTime() - b.since.getTime()))
    bySecret.set(line.keyId, line);
  return [...bySecret.values()].toSorted((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
}
