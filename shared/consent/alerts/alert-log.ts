import type { Claim } from "../claim.ts";
import type { VersionedStop } from "./stop-log.ts";

/** A message that nobody can act on: it will end among the dead letters. */
export interface PoisonMessage {
  readonly queue: string;
  readonly messageId: string;
  /** What is wrong with it; names fields, quotes nothing. */
  readonly reason: string;
  /** When it came to the queue: the same with every delivery. */
  readonly enqueuedAt: Date;
}

export interface UntoldMessage extends PoisonMessage {
  readonly recordedAt: Date;
}

/** What operators are being told, or were told last, of one queue's messages. */
export interface PoisonNotice {
  readonly queue: string;
  /** Of the alert. */
  readonly id: string;
  readonly startedAt: Date;
  readonly count: number;
  readonly messageId: string;
  readonly reason: string;
  /** The channels that have it. */
  readonly told: readonly string[];
  readonly claim?: Claim;
  /** When the last channel had it. */
  readonly doneAt?: Date;
}

export interface VersionedNotice {
  readonly notice: PoisonNotice;
  readonly version: string;
}

/** What waits to be told. */
export interface Untold {
  readonly messages: readonly UntoldMessage[];
  readonly notices: readonly VersionedNotice[];
  /** What operators have stopped, and what some channel has not been told of. */
  readonly stops: readonly VersionedStop[];
}

/** The table `alerts`. All methods throw `RemoteUnavailable`. */
export interface AlertLog {
  /** Keeps why a message is being refused, and that nobody was told of it. Once, however often it is delivered. */
  record(poison: PoisonMessage, recordedAt: Date): Promise<void>;
  /**
   * All notices and stops, and of each queue's messages a thousand at most. One query, one more for each thousand stops and one for
   * each queue that has more.
   */
  untold(): Promise<Untold>;
  /** Nothing: another host has changed it. Without a version: there is none of its queue yet. */
  saveNotice(notice: PoisonNotice, version?: string): Promise<VersionedNotice | undefined>;
  /** They count as told. Their records stay. */
  settle(messages: readonly UntoldMessage[]): Promise<void>;
  /** Forgets the records of the days before; costs what it forgets. How many there were. */
  purge(before: Date): Promise<number>;
}
