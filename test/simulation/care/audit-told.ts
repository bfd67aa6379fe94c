import { EXPIRED } from "../../../shared/care/due.ts";
import type { SecretRecord } from "../../../shared/clients/secret-record.ts";
import type { ClientEvent } from "../../../shared/events/client-event.ts";
import { later } from "../../support/samples.ts";
import type { Mark } from "./marks.ts";
import type { CareRun } from "./simulation.ts";

/** More than two clocks differ by. */
export const CLOCKS_MS = 10_000;

type Told = Pick<Mark, "keyId" | "kind">;

/** The event that tells a mark of a secret. */
export const eventOf = ({ keyId, kind }: Told, mark: string): string =>
  `${keyId}:${kind ?? "secret"}.${mark === EXPIRED ? EXPIRED : `expiring:${mark}`}`;

/** Other systems have heard of every end in its time, and of what was done by hand, once. */
export function auditCareTold({ out, facts }: CareRun, known: readonly SecretRecord[]): string[] {
  const { published } = out.events;
  const untold = out.marks
    .filter((one) => !out.toldAt.has(eventOf(one, one.mark)))
    .map(({ keyId, mark }) => `untold: ${mark} of ${keyId}`);
  const early = published
    .filter(({ type }) => /\.(expiring|expired)$/.test(type))
    .filter(({ id, time }) => Date.parse(time) > (out.toldAt.get(id)?.getTime() ?? 0) + CLOCKS_MS)
    .map(({ id, time }) => `too early: ${id} of ${time}`);
  const late = out.marks
    .filter(({ mark, at, expiresAt }) => mark !== EXPIRED && at > later(CLOCKS_MS, expiresAt))
    .map(({ keyId, mark }) => `told to end when it had ended: ${mark} of ${keyId}`);
  return [
    ...untold,
    ...early,
    ...late,
    ...auditByHand(published, facts, known, out.directory.all()),
  ];
}

function auditByHand(
  published: readonly ClientEvent[],
  facts: CareRun["facts"],
  known: readonly SecretRecord[],
  shown: ReturnType<CareRun["out"]["directory"]["all"]>,
): string[] {
  const ofKey = (keyId: string, what: RegExp) =>
    published.filter(({ type, data }) => data["keyId"] === keyId && what.test(type));
  const unheard = known
    .filter(
      ({ source, clientId }) => source === "directory" && shown.some(({ id }) => id === clientId),
    )
    .filter(({ keyId }) => ofKey(keyId, /\.created$/).length === 0)
    .map(({ keyId }) => `unheard of by hand: ${keyId}`);
  const missed = facts
    .filter(({ what, answer }) => what === "by hand: remove secret" && isDone(answer))
    .map(({ about }) => about)
    .filter(({ clientId }) => shown.some(({ id }) => id === clientId))
    .filter(({ keyId }) => ofKey(keyId, /\.(created|rotated)$/).length > 0)
    .filter(({ keyId }) => ofKey(keyId, /\.(removed|retired|rotated)$/).length === 0)
    .map(({ keyId }) => `not heard to have gone: ${keyId}`);
  return [...unheard, ...missed];
}

export const isDone = (answer: unknown): boolean =>
  typeof answer === "object" && answer !== null && "kind" in answer && answer.kind === "done";
