import type { Claim } from "./claim.ts";
import type { ConsentCase } from "./consent-case.ts";

/** A role that a client's tokens carry although it did not ask for it. */
export interface ExcessRole {
  /** The API it belongs to, by the name it has in the directory; its id where it has none. */
  readonly resource: string;
  /** Its value, where the API is ours and knows it; its id otherwise. */
  readonly role: string;
  /** Of the resource API that this service's clients ask for roles of. */
  readonly own: boolean;
}

/** What a client has been granted beyond what it asked for. */
export interface Drift {
  readonly subject: ConsentCase;
  /** At least one. */
  readonly excess: readonly ExcessRole[];
  /** When the directory first showed just this. */
  readonly foundAt: Date;
  /** Which targets have been told of it. */
  readonly told: readonly string[];
  /** Who is telling right now. */
  readonly claim?: Claim;
}

export interface VersionedDrift {
  readonly drift: Drift;
  readonly version: string;
}

/** Not of the client as it was before it was deleted, when it is back. */
export const isOfCase = (
  { subject }: Pick<Drift, "subject">,
  { operationId }: Pick<ConsentCase, "operationId">,
): boolean => subject.operationId === operationId;

/** The same for the same roles, in whichever order they are shown. */
export const excessKey = (excess: readonly ExcessRole[]): string =>
  excess
    .map(({ resource, role }) => `${resource}/${role}`)
    .toSorted()
    .join(" ");

/** Part of the ids of what is told of a drift, and of the revision that a decision is bound to. */
export const driftMark = ({ foundAt }: Pick<Drift, "foundAt">): string =>
  `d${foundAt.getTime().toString(36)}`;
