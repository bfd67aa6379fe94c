import * as z from "zod";
import { mixesScripts, skeleton } from "../clients/names/lookalikes.ts";

/**
 * What an operator should look at twice before they decide: `mixed-scripts`, a word of the name has letters of scripts that
 * nobody writes in one word; `resembles`, it looks like the name of another customer's client.
 */
export const NameFlag = z.enum(["mixed-scripts", "resembles"]);
export type NameFlag = z.infer<typeof NameFlag>;

/** A name, and whose it is. */
export interface OwnedName {
  readonly displayName: string;
  readonly subscription: string;
}

/** What is known of a name alone, with what is known of it beside others. */
export const nameFlags = (displayName: string, resembles = false): readonly NameFlag[] => [
  ...(mixesScripts(displayName) ? ["mixed-scripts" as const] : []),
  ...(resembles ? ["resembles" as const] : []),
];

/** Tells of each of these names whether it looks like one that belongs to somebody else. */
export interface Resemblances {
  add(other: OwnedName): void;
  /** Whether a name that was added, or was given at first, looks like it and is another subscription's. */
  has(name: OwnedName): boolean;
}

/**
 * Compares names that are read anyway, by their skeletons, so that comparing costs no request.
 *
 * @param only when given, nothing is kept of names that look like none of these: memory follows what waits
 */
export function resemblances(only?: readonly OwnedName[]): Resemblances {
  const owners = new Map<string, Set<string>>();
  const wanted = only && new Set(only.map(({ displayName }) => skeleton(displayName)));
  return {
    add: ({ displayName, subscription }) => {
      const bones = skeleton(displayName);
      if (bones === "" || (wanted && !wanted.has(bones))) return;
      const known = owners.get(bones);
      // Two are enough: whoever asks is at most one of them.
      if (!known) owners.set(bones, new Set([subscription]));
      else if (known.size < 2) known.add(subscription);
    },
    has: ({ displayName, subscription }) =>
      [...(owners.get(skeleton(displayName)) ?? [])].some((owner) => owner !== subscription),
  };
}
