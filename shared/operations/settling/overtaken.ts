import type { Activity, ActivityDetail } from "../../clients/activity.ts";
import type { ActivityRecords } from "../../clients/activity-records.ts";
import type { Actor } from "../../clients/actor.ts";
import { isSameKey } from "../../clients/known-secrets.ts";
import type { ClientEventType } from "../../events/client-event.ts";
import type { AddFederatedOperation, Held, Operation, UnderWay } from "../admission/operation.ts";

type ActivityDeps = { readonly activity: ActivityRecords };
type ClientOperation = Exclude<Operation, { kind: "create" }>;

/** Entries that are looked at in one request. */
const PAGE = 1_000;

/**
 * Of the same name, and about something else: that nobody is to be reminded says nothing of when a secret goes; a stop of all clients,
 * and its end, nothing of one that is to be stopped for a reason of its own. What its account says is asked beside it.
 */
const ELSE = ["snoozedUntil", "withSubscription"];

/**
 * Whether one of these has been done to the client, or to the credential that the operation names, since it was set aside. It held
 * nothing from then on, so whoever asked for that has the last word. One that was never set aside has held its client, and costs nothing here.
 */
export async function isOvertaken(
  deps: ActivityDeps,
  { entry }: Held<ClientOperation>,
  ...actions: readonly ClientEventType[]
): Promise<boolean> {
  const { parkedAt: since, operation } = entry;
  if (!since) return false;
  const keyId = "keyId" in operation ? operation.keyId : undefined;
  const others = otherSide(operation);
  for await (const { action, by, credentialId, detail } of doneTo(deps, entry, since)) {
    const about = [credentialId, detail?.["replaced"]];
    const isOfIt = !keyId || about.some((one) => isSameKey(String(one), keyId));
    const isElse = ELSE.some((one) => detail?.[one] !== undefined);
    const isOthers = others.includes(by.actor.kind);
    if (isOfIt && !isElse && !isOthers && actions.some((one) => one === action)) return true;
  }
  return false;
}

/**
 * Customers and operators each end their own stops; what the service says of one is what stands when theirs is over, and nobody's
 * word. What a program has asked for may be of either side.
 */
function otherSide(operation: ClientOperation): readonly Actor["kind"][] {
  if (operation.kind !== "suspend" && operation.kind !== "resume") return [];
  return ["service", operation.as === "customer" ? "operator" : "customer"];
}

/**
 * Whether a trust has been ended since that may be what the operation has made: nobody knows its id. One that is on record as made of
 * something else is not.
 */
export async function isTrustEnded(
  deps: ActivityDeps,
  { entry }: Held<AddFederatedOperation>,
): Promise<boolean> {
  const { parkedAt: since, operation } = entry;
  if (!since) return false;
  const ended = new Set<string>();
  const others = new Set<string>();
  const isOne = () => [...ended].some((id) => !others.has(id));
  for await (const { action, at, credentialId = "", detail } of doneTo(deps, entry)) {
    const id = credentialId.toLowerCase();
    if (at >= since && action === "federated-credential.removed") ended.add(id);
    if (action === "federated-credential.created" && !isSame(operation, detail)) others.add(id);
    if (at < since && !isOne()) return false;
  }
  return isOne();
}

const isSame = (operation: AddFederatedOperation, detail: ActivityDetail = {}): boolean =>
  detail["issuer"] === operation.issuer && detail["subject"] === operation.subject;

/** What was done to its client, newest first. */
async function* doneTo(
  { activity }: ActivityDeps,
  { subscription, operation: { clientId } }: UnderWay<ClientOperation>,
  since?: Date,
): AsyncGenerator<Activity> {
  for (let after: string | undefined, more = true; more; ) {
    const page = await activity.activity(subscription, { after, since }, PAGE);
    yield* page.entries.filter((one) => one.clientId === clientId && one.outcome === "done");
    after = page.last;
    more = page.more;
  }
}
