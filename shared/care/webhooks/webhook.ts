import type { Watcher } from "../../clients/watch.ts";
import type { Silence } from "./ports.ts";

/** One try to hand an event over, as its customer sees it. */
export interface Delivery {
  /** `webhook-id`: the same for every try of the same event. */
  readonly id: string;
  /** The event's type. */
  readonly type: string;
  readonly at: Date;
  /** 1 with the first. */
  readonly attempt: number;
  readonly state: "delivered" | "failed";
  /** What was answered; absent when nothing was. */
  readonly status?: number | undefined;
  readonly why?: Silence | undefined;
  readonly milliseconds: number;
  /** When it is tried again; absent when it is not. */
  readonly nextAt?: Date | undefined;
}

/** A secret is made anew from its id and the service's own key each time it is needed; it is stored nowhere. */
export interface SecretGeneration {
  readonly id: string;
  /** Signs until then beside the newer one; absent for the newest. */
  readonly until?: Date | undefined;
}

/** Where a subscription's events go, and how that is going: one for each subscription. */
export interface Webhook {
  readonly subscription: string;
  /** Another one after each removal, so that what was meant for the old one never goes to the new. */
  readonly id: string;
  readonly url: string;
  readonly createdAt: Date;
  /** Since when it is on: of what happened before nothing is sent. */
  readonly since: Date;
  /** Newest first. */
  readonly secrets: readonly SecretGeneration[];
  /** Where whoever set it hears that it was switched off: the address that their token proves. */
  readonly contact?: Watcher | undefined;
  /** Absent while it works. */
  readonly failing?: {
    readonly since: Date;
    /** In a row. */
    readonly failures: number;
    /** Nothing is sent before, but what would have no other chance. */
    readonly pausedUntil: Date;
  };
  readonly disabled?: {
    readonly at: Date;
    /** `gone`: it has answered 410. */
    readonly reason: "failing" | "gone";
    /** Whether everybody has heard of it. */
    readonly told: boolean;
    /** Whose mail went last, in the order of what their addresses come to; nobody's when left out. */
    readonly mailedTo?: string | undefined;
  };
  /** The last ones, newest first. */
  readonly deliveries: readonly Delivery[];
}

const DELIVERIES_KEPT = 20;
/** Rotated more often than this within a grace, the oldest signs no longer. */
const MOST_SECRETS = 4;
/** Without a single success for so long, it is switched off. */
const FAILING_MS = 3 * 24 * 60 * 60 * 1000;

export const signingSecrets = ({ secrets }: Webhook, now: Date): readonly SecretGeneration[] =>
  secrets.filter(({ until }) => until === undefined || until > now);

/** With a new secret; those before it sign until their grace is over. */
export const withNewSecret = (
  webhook: Webhook,
  { id, now, graceMs }: { readonly id: string; readonly now: Date; readonly graceMs: number },
): Webhook => {
  const until = new Date(now.getTime() + graceMs);
  const before = signingSecrets(webhook, now).map((secret) => ({
    ...secret,
    // A longer grace that was promised before is not made shorter, unless the secret is to go at once.
    until: graceMs > 0 && secret.until && secret.until > until ? secret.until : until,
  }));
  const kept = graceMs > 0 ? before : [];
  return { ...webhook, secrets: [{ id }, ...kept].slice(0, MOST_SECRETS) };
};

/** At another address, or on again. */
export function turnedOn(webhook: Webhook, url: string, now: Date): Webhook {
  const { disabled, failing: _, ...rest } = webhook;
  return { ...rest, url, since: disabled ? now : webhook.since };
}

/** The same try again takes the place of what was noted of it. */
export const withDelivery = (webhook: Webhook, delivery: Delivery): Webhook => {
  const { id, attempt } = delivery;
  const others = webhook.deliveries.filter((one) => one.id !== id || one.attempt !== attempt);
  return { ...webhook, deliveries: [delivery, ...others].slice(0, DELIVERIES_KEPT) };
};

export function working(webhook: Webhook): Webhook {
  const { failing: _, ...rest } = webhook;
  return rest;
}

/** @param pausedUntil when somebody may call it again */
export function failed(webhook: Webhook, now: Date, pausedUntil: Date): Webhook {
  const { since = now, failures = 0 } = webhook.failing ?? {};
  return { ...webhook, failing: { since, failures: failures + 1, pausedUntil } };
}

export const hasFailedTooLong = ({ failing }: Webhook, now: Date): boolean =>
  failing !== undefined && now.getTime() - failing.since.getTime() >= FAILING_MS;
