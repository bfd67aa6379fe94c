import type { Unread } from "../base/unavailable.ts";
import type { Activity } from "./activity.ts";

export interface ActivityRange {
  /** Only entries that come after this place: older ones. */
  readonly after?: string | undefined;
  /** No entry that is older. */
  readonly since?: Date | undefined;
}

/** A subscription's entries, newest first. Throws `RemoteUnavailable`. */
export interface ActivityRecords {
  /** One request. `more`: there are others in the range. */
  activity(
    subscription: string,
    range: ActivityRange,
    limit: number,
    unread?: Unread,
  ): Promise<{
    readonly entries: readonly Activity[];
    readonly last?: string | undefined;
    readonly more: boolean;
  }>;
}
