import type { Role } from "./client.ts";

/** What whoever holds a role may do, for people who decide on it: words and a risk, both the company's own. */
export interface RoleMeaning {
  readonly description: string;
  readonly risk: "low" | "medium" | "high";
}

export type RoleMeanings = Readonly<Record<Role, RoleMeaning>>;

/** A role as it is shown: its value and what it means. */
export interface MeantRole extends RoleMeaning {
  readonly value: string;
}

export const inWords = (roles: readonly Role[], meanings: RoleMeanings): readonly MeantRole[] =>
  roles.map((value) => ({ value, ...meanings[value] }));
