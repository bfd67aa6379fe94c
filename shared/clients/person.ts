import { createHash } from "node:crypto";
import type { Actor } from "./actor.ts";

/** Names a person in rows; nobody without a subject of an issuer's is a person that is known again. */
export const personOf = ({ issuer, subject }: Actor): string | undefined =>
  issuer === undefined || subject === undefined
    ? undefined
    : createHash("sha256").update(`${issuer}\n${subject}`).digest("base64url");
