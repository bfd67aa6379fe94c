/**
 * How far one pass over everything that is granted has come. Durable after every page, so that a pass that dies is gone on
 * with and not begun again.
 */
export interface RevocationPass {
  readonly startedAt: Date;
  /** `reading`: the directory's list of grants; `comparing`: our own of granted consents. */
  readonly phase: "reading" | "comparing" | "done";
  /** Pages read so far. */
  readonly pages: number;
  /** The directory's mark of the next page. */
  readonly from?: string;
  /** The host that works on it, and when it last said so. */
  readonly owner: string;
  readonly touchedAt: Date;
}

export interface VersionedPass {
  readonly pass: RevocationPass;
  readonly version: string;
}

/** All methods throw `RemoteUnavailable`. */
export interface RevocationProgress {
  current(): Promise<VersionedPass | undefined>;
  /** Saves the pass, with a page of what was seen if one was read. Nothing: another host has taken it. */
  save(
    pass: RevocationPass,
    version: string | undefined,
    seen?: readonly string[],
  ): Promise<VersionedPass | undefined>;
  /** Everything seen in this pass. */
  seen(): Promise<ReadonlySet<string>>;
  /** Forgets the pages of a pass that is over. */
  clear(): Promise<void>;
}

/** One grant, as short as it can be told from another: 12 characters, so that a page of 999 fits one row. */
export const grantMark = (principalId: string, role: string): string =>
  `${principalId.replaceAll("-", "").slice(0, 11)}${role === "api.read" ? "r" : "w"}`;
