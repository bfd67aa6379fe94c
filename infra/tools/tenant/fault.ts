/** One thing that is wrong with a tenant, and what to do about it. `code` is stable; the sentences are for people. */
export interface Fault {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

export const SET_UP =
  "Run npm run tenant:setup again: it adds what is missing and changes nothing else.";
