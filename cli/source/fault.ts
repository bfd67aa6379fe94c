/**
 * Exit codes, for scripts. They are in the README, so none of them changes its meaning.
 */
export const EXIT = {
  done: 0,
  /** A fault of this program's: it is worth a report. */
  unexpected: 1,
  /** The arguments or settings are not right; nothing was asked of anybody. */
  usage: 2,
  /** Not signed in, or not allowed. */
  denied: 3,
  /** There is no such client, secret or entry. */
  notFound: 4,
  /** The service understood and refuses; the same again will be refused again. */
  refused: 5,
  /** Not now: no connection, no answer in time, too many requests. The same again may do. */
  notNow: 6,
  /** What was written somewhere was not found there again, or does not work. */
  notKept: 7,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What ends a command with a sentence and an exit code, and no stack. */
export class Fault extends Error {
  readonly exit: ExitCode;
  /** What `--json` shows instead of the sentence. */
  readonly document: Readonly<Record<string, unknown>>;

  constructor(
    exit: ExitCode,
    message: string,
    more: { readonly cause?: unknown; readonly document?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, { cause: more.cause });
    this.exit = exit;
    this.document = more.document ?? { title: message };
  }
}
