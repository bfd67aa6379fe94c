import type { StopNotice } from "../../events/stop-notice.ts";
import type { Claim } from "../claim.ts";

/** What an operator has stopped, and what a channel has had no room to be told of. Its id is the notice's. */
export interface HeldStop {
  readonly notice: StopNotice;
  /** Who is telling it right now. */
  readonly claim?: Claim;
}

export interface VersionedStop {
  readonly held: HeldStop;
  readonly version: string;
}

/** The table `alerts`; what is kept is read with all that waits there (`AlertLog.untold`). All methods throw `RemoteUnavailable`. */
export interface StopLog {
  /** Once, however often its message is delivered: what is noted on it already stays. */
  keep(notice: StopNotice): Promise<void>;
  get(id: string): Promise<VersionedStop | undefined>;
  /** Nothing: another host has changed it, or everybody has been told. */
  save(held: HeldStop, version: string): Promise<VersionedStop | undefined>;
  /** Everybody has it. Left alone if it has changed. */
  forget(id: string, version: string): Promise<void>;
}
