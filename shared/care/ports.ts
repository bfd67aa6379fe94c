/** A mail to a person of a customer's: never to operators, whose alerts come first (`fair-mail.ts`). */
export interface Letter {
  /** Stable across repeats: under the same id the mail service sends it once. */
  readonly id: string;
  /** Whose person it is: customers share the channel by it. */
  readonly subscription: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Of the mail itself, such as `List-Unsubscribe`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PersonMail {
  /**
   * `taken`: the mail service has it. `refused`: it never will take it, whoever asks again.
   *
   * @throws RemoteUnavailable when later it may, and after which pause
   */
  send(letter: Letter): Promise<"taken" | "refused">;
}
