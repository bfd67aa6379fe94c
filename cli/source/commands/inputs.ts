import * as z from "zod";
import { wholeNumber } from "./command.ts";

/** What several commands take. */

export const client = z.guid({
  error: "must be a client's id, as `latchkey clients list` shows it",
});
export const REPLACES = [
  "--replaces <key>",
  "which one goes at once where there is no room for another",
] as const;
export const graceOption = (leaked: string) =>
  ["--grace-hours <hours>", `how long the old one works; 24 when left out, 0: ${leaked}`] as const;
export const graceHours = wholeNumber(0).optional();

export const EVEN_LAST = ["--even-last", "also where the client gets no more tokens then"] as const;
export const evenLast = z.boolean().default(false);
/** The query of a removal. */
export const lastToo = (even: boolean) => (even ? { confirm: "last" as const } : {});
