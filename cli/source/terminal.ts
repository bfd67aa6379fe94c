/** Where a command reads and writes. Standard output has the result and nothing else; what is said on the way goes to standard error. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether people look at standard output. */
  readonly isSeen: boolean;
  /** Whether standard input is a keyboard. */
  readonly isTyped: boolean;
  out(line: string): void;
  say(line: string): void;
  /** All of standard input. */
  readInput(): Promise<string>;
}
