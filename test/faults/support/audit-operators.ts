import * as z from "zod";
import { operationId } from "../../../shared/adapters/notify/mailer.ts";
import type { Ask } from "./asks.ts";
import { entriesOf } from "./audit-activity.ts";
import type { State } from "./state-of.ts";
import { Begun, succeeded, type Wish } from "./wish.ts";

/** What must be empty after any number of deaths: directory, records and what operators were told are one. */
export interface OperatorsDamage {
  /** Clients that are stopped in the directory and not in the records, or the other way round. */
  readonly stopsApart: readonly string[];
  /** Clients that are not what the last operator was told they are. */
  readonly stopsLost: readonly string[];
  /** Subscriptions whose account does not say what the last operator was told. */
  readonly accountsApart: readonly string[];
  /** Clients that are not what their subscription was brought to, and that its operation does not name as such. */
  readonly clientsMissed: readonly string[];
  /** Operations on subscriptions that go on although nobody works on them. */
  readonly runsLeft: readonly string[];
  /** Clients whose grant in the directory is not what the record says, or that are not listed just where the record says. */
  readonly consentsApart: readonly string[];
  /** Clients whose consent is not what the last operator was told. */
  readonly decisionsLost: readonly string[];
  /** Decisions that nobody has carried out to their end. */
  readonly decisionsLeft: readonly string[];
  /** Operators' stops of which a channel with ids has brought no word to the other administrators. */
  readonly noticesLost: readonly string[];
  /** Word of stops that are not on record. */
  readonly noticesInvented: readonly string[];
}

export const noOperatorsDamage: OperatorsDamage = {
  stopsApart: [],
  stopsLost: [],
  accountsApart: [],
  clientsMissed: [],
  runsLeft: [],
  consentsApart: [],
  decisionsLost: [],
  decisionsLeft: [],
  noticesLost: [],
  noticesInvented: [],
};

const RunRow = z.object({
  operationId: z.string(),
  state: z.string(),
  errors: z
    .string()
    .transform((text) => z.array(z.object({ clientId: z.string() })).parse(JSON.parse(text))),
});
const STATES = ["pending", "granted", "rejected", "revoked"];

export function auditOperators(state: State, wishes: readonly Wish[]): OperatorsDamage {
  const { journal, consents } = state.found;
  const runs = journal
    .filter(({ partitionKey }) => partitionKey === "runs")
    .map((row) => RunRow.parse(row));
  const named = new Set(runs.flatMap(({ errors }) => errors.map(({ clientId }) => clientId)));
  return {
    stopsApart: [...state.records.values()]
      .filter(({ id, suspended }) => (suspended !== undefined) !== state.disabled.has(id))
      .map(({ id }) => id),
    stopsLost: stopsLost(state, wishes),
    accountsApart: accountsApart(state, wishes),
    clientsMissed: clientsMissed(state, wishes).filter((id) => !named.has(id)),
    runsLeft: runs
      .filter((run) => run.state === "running" || run.state === "parked")
      .map(({ operationId }) => operationId),
    consentsApart: consentsApart(state),
    decisionsLost: lastTold(wishes, ["grant", "reject", "revoke"])
      .filter(({ ask, clientId = "", name }) => {
        const consent = state.records.get(clientId)?.consent;
        const maybe = unknownVerdicts(wishes, clientId);
        const isLost = consent?.state !== VERDICTS[ask] && !maybe.includes(consent?.state ?? "");
        // What was found in the directory by whoever came first has no reason.
        return isLost || (ask === "reject" && consent?.reason !== name);
      })
      .map(idOf),
    decisionsLeft: consents
      .filter(({ partitionKey, rowKey }) => partitionKey === "deciding" && !rowKey.startsWith("~"))
      .map(({ rowKey }) => rowKey),
    ...auditNotices(state),
  };
}

/** Each ends their own stop, and an operators' lies over the customer's. */
function stopsLost({ records }: State, wishes: readonly Wish[]): string[] {
  const told = (asks: readonly Ask[]) =>
    new Map(lastTold(wishes, asks).map((wish) => [wish.clientId ?? "", wish]));
  const operators = told(["suspend", "resume"]);
  const own = told(["suspend-own", "resume-own"]);
  const reasonOf = (wish: Wish | undefined) =>
    wish?.ask.startsWith("suspend") ? wish.name : undefined;
  return [...new Set([...operators.keys(), ...own.keys()])].filter((id) => {
    const { by, reason, over, withSubscription } = records.get(id)?.suspended ?? {};
    const mine = by === "customer" ? reason : over?.reason;
    const theirs = by === "operator" && withSubscription === undefined ? reason : undefined;
    return mine !== reasonOf(own.get(id)) || theirs !== reasonOf(operators.get(id));
  });
}

/** An alert has the id of the entry and the event. A repeat is one under the same id. */
function auditNotices({ found }: State): Pick<OperatorsDamage, "noticesLost" | "noticesInvented"> {
  const stops = entriesOf(found)
    .filter(({ outcome, by }) => outcome === "done" && by.actor.kind === "operator")
    .filter(
      ({ action, detail }) => STOPS.test(action) && detail?.["withSubscription"] === undefined,
    )
    .map(({ id }) => id);
  const brought = (channel: string) =>
    found.alerts.flatMap((alert) =>
      alert.stage === "stop" && alert.channel === channel ? [alert.id ?? ""] : [],
    );
  const hooks = new Set(brought("webhook"));
  const mails = new Set(brought("email"));
  return {
    noticesLost: [
      ...stops.filter((id) => !hooks.has(id)).map((id) => `webhook ${id}`),
      ...stops.filter((id) => !mails.has(operationId(id))).map((id) => `email ${id}`),
    ],
    noticesInvented: brought("webhook").filter((id) => !stops.includes(id)),
  };
}

const STOPS =
  /^((client|subscription)\.(suspended|resumed|blocked|unblocked)|subscription\.offboard(ing|-cancelled))$/;

const VERDICTS: Partial<Readonly<Record<Ask, string>>> = {
  grant: "granted",
  reject: "rejected",
  revoke: "revoked",
};

/** What the last answer said may still be finished: a grant that is young is taken away, and found gone later. */
const unknownVerdicts = (wishes: readonly Wish[], clientId: string) =>
  wishes
    .filter((wish) => wish.clientId === clientId && wish.answer?.status === 503)
    .map(({ ask }) => VERDICTS[ask] ?? "none");

const idOf = ({ clientId, subscription }: Wish): string => clientId ?? subscription;

/** Of each client or subscription, the last of these wishes that came true as far as its caller knows. */
function lastTold(wishes: readonly Wish[], among: readonly Ask[]): readonly Wish[] {
  const told = wishes.filter(({ ask, answer }) => among.includes(ask) && succeeded(answer));
  return [...new Map(told.map((wish) => [idOf(wish), wish])).values()];
}

function accountsApart({ accounts }: State, wishes: readonly Wish[]): string[] {
  const apart = (on: readonly Ask[], off: readonly Ask[], stop: "suspended" | "blocked") =>
    lastTold(wishes, [...on, ...off]).filter(({ ask, subscription, answer }) => {
      const account = accounts.find((one) => one.subscription === subscription);
      const { id } = Begun.parse(answer?.body);
      return account?.[stop]?.operationId !== (on.includes(ask) ? id : undefined);
    });
  return [
    ...apart(STOPPING, GOING_ON, "suspended"),
    ...apart(["block-subscription"], ["unblock-subscription"], "blocked"),
  ].map(idOf);
}

const STOPPING: readonly Ask[] = ["suspend-subscription", "offboard-subscription"];
const GOING_ON: readonly Ask[] = ["resume-subscription", "keep-subscription"];

function clientsMissed({ records }: State, wishes: readonly Wish[]): string[] {
  return lastTold(wishes, [...STOPPING, ...GOING_ON]).flatMap(({ ask, subscription }) =>
    [...records.values()]
      .filter((record) => record.subscription === subscription)
      // Of who was offboarded nothing is left.
      .filter(
        ({ suspended }) =>
          ask === "offboard-subscription" ||
          (suspended !== undefined) !== (ask === "suspend-subscription"),
      )
      .map(({ id }) => id),
  );
}

function consentsApart({ found, records, granted }: State): string[] {
  const listed = Map.groupBy(
    found.consents.filter(({ partitionKey }) => STATES.includes(partitionKey)),
    ({ rowKey }) => rowKey,
  );
  const wrong = [...records.values()].filter(({ id, consent }) => {
    const [at, ...more] = listed.get(id) ?? [];
    const isSo = (consent.state === "granted") === granted.has(id);
    return !isSo || at?.partitionKey !== consent.state || more.length > 0;
  });
  const gone = [...listed.keys()].filter((id) => !records.has(id));
  return [...wrong.map(({ id }) => id), ...gone];
}
