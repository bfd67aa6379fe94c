/** One thing that is wrong with a tenant, and what to do about it. `code` is stable; the sentences are for people. */
export interface Fault {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

export const SET_UP =
  "Run npm run tenant:setup again: it adds what is missing and changes nothing else.";

/** Whoever may ask the directory for a token is given one, without a role, unless an assignment is required. */
export const assignmentNotRequired = (api: string): Fault => ({
  code: "assignment-not-required",
  what: `Every application of the tenant is given tokens for the ${api}, though without roles.`,
  remedy: `${SET_UP} (Enterprise application, Properties: assignment required.)`,
});
