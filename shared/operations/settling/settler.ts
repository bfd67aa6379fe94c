import type { Expected } from "../../clients/ports.ts";
import type { Held, Operation } from "../admission/operation.ts";

/**
 * What ending an abandoned operation came to. `waiting`: a late directory has to be asked once more. `stuck`: the directory
 * refuses to say or to do what would end it, and only an operator can mend that; `held` where it has been written since it was taken over.
 */
export type Settled =
  | "finished"
  | "undone"
  | "waiting"
  | { readonly stuck: string; readonly held?: Held };

/**
 * Ends one abandoned operation that has just been taken over. Whatever its worker had done already may be done again here.
 *
 * @throws RemoteUnavailable, DirectoryRefused leave it for the next attempt
 */
export type Settler<Kind extends Operation = Operation> = (held: Held<Kind>) => Promise<Settled>;

/** Every kind of operation says how it is settled; what settles them knows nothing of what they do. */
export type Settlers = {
  readonly [Kind in Operation["kind"]]: Settler<Extract<Operation, { kind: Kind }>>;
};

/** How often a late directory is asked before "not there" is believed, each time `RECONCILE_AFTER` apart. */
const ATTEMPTS_UNTIL_ABSENT = 2;

/** Whether the directory has to be asked once more before "not there" is believed. */
export const mayBeLate = ({ entry }: Held): boolean => entry.turn < ATTEMPTS_UNTIL_ABSENT;

/** Take "not there" as it comes: whoever settles asks twice instead of waiting once. */
export const NOT_LATE: Expected = { createdAt: new Date(0) };
