import { createHash, createHmac, randomBytes } from "node:crypto";
import { AGAIN, insist } from "../base/insist.ts";
import type { Runtime } from "../base/runtime.ts";

/** A private address under which a calendar reads when secrets of one subscription end. Whoever has it needs no sign-in. */
export interface CalendarLink {
  readonly subscription: string;
  /** Whose it is: each person has one, and can end it. */
  readonly person: string;
  /** SHA-256 of the address: the address itself is kept nowhere. */
  readonly hash: string;
  /** What the address was made from, together with what the caller sent; without that it tells nothing of it. */
  readonly salt: string;
  readonly since: Date;
}

/** What a person has. */
export interface OwnLinks {
  readonly links: readonly CalendarLink[];
  /** Changes with each that they are given; nothing before the first. */
  readonly version: string | undefined;
}

/** In the partition of the subscription. All methods throw `RemoteUnavailable`. */
export interface CalendarLinks {
  /** One request. */
  ownOf(subscription: string, person: string): Promise<OwnLinks>;
  /** One request. */
  find(subscription: string, hash: string): Promise<CalendarLink | undefined>;
  /** In the place of what its person had; one request. False: they have been given another meanwhile, or have ended one. */
  put(link: CalendarLink, instead: OwnLinks): Promise<boolean>;
  remove(link: CalendarLink): Promise<void>;
}

export interface CalendarLinkDeps {
  readonly links: CalendarLinks;
  readonly runtime: Pick<Runtime, "now" | "pause" | "random">;
}

interface Whose {
  readonly subscription: string;
  readonly person: string;
}

export interface MadeLink {
  /** The last part of the address. */
  readonly address: string;
  readonly since: Date;
  readonly replayed: boolean;
}

/**
 * Makes a person's address; the one they had is over. Asked again under the same key, the same one is answered. Of two that are
 * asked for at once the later one stays, as if they had been asked for one after the other.
 *
 * @param keyHash SHA-256 of the caller's idempotency key
 */
export const makeCalendarLink = (
  { links, runtime }: CalendarLinkDeps,
  { subscription, person, keyHash }: Whose & { readonly keyHash: string | undefined },
): Promise<MadeLink> =>
  insist(runtime, async () => {
    const own = await links.ownOf(subscription, person);
    const known = own.links.find(
      ({ salt, hash }) => keyHash !== undefined && hashOf(secretOf(salt, keyHash)) === hash,
    );
    if (known && keyHash !== undefined) {
      const { salt, since } = known;
      return { address: addressOf(subscription, secretOf(salt, keyHash)), since, replayed: true };
    }
    const salt = randomBytes(32).toString("base64url");
    const secret = secretOf(salt, keyHash ?? randomBytes(32).toString("base64url"));
    const since = runtime.now();
    const isMade = await links.put(
      { subscription, person, hash: hashOf(secret), salt, since },
      own,
    );
    return isMade ? { address: addressOf(subscription, secret), since, replayed: false } : AGAIN;
  });

/** Since when the person has an address. */
export async function calendarLinkOf(
  { links }: CalendarLinkDeps,
  { subscription, person }: Whose,
): Promise<Date | undefined> {
  const own = await links.ownOf(subscription, person);
  return own.links[0]?.since;
}

export async function endCalendarLink(
  { links }: CalendarLinkDeps,
  { subscription, person }: Whose,
): Promise<void> {
  const own = await links.ownOf(subscription, person);
  for (const link of own.links) await links.remove(link);
}

/** Whose calendar an address names, without having looked whether there is one. */
export function readAddress(
  address: string,
): { readonly subscription: string; readonly hash: string } | undefined {
  const [, name = "", secret = ""] = /^([\w-]{2,700})\.([\w-]{43})\.ics$/.exec(address) ?? [];
  const subscription = Buffer.from(name, "base64url").toString();
  // Written in one way only: another writing of the same is another address.
  if (secret === "" || Buffer.from(subscription).toString("base64url") !== name) return undefined;
  return { subscription, hash: hashOf(secret) };
}

const addressOf = (subscription: string, secret: string): string =>
  `${Buffer.from(subscription).toString("base64url")}.${secret}.ics`;

const secretOf = (salt: string, given: string): string =>
  createHmac("sha256", Buffer.from(salt, "base64url")).update(given).digest("base64url");

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("base64url");
