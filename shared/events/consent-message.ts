import * as z from "zod";
import { ConsentLook } from "./consent-look.ts";
import { ConsentRequested } from "./consent-requested.ts";

/** Everything that may lie in the queue `consent`. */
export const ConsentMessage = z.discriminatedUnion("type", [ConsentRequested, ConsentLook]);
export type ConsentMessage = z.infer<typeof ConsentMessage>;
