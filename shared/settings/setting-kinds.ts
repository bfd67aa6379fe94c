import * as z from "zod";
import { msOfDuration } from "../base/iso-duration.ts";
import type { RoleMeaning } from "../clients/role-meaning.ts";

/** The kinds of values a setting can have: each parses one string of the environment. */

export const text = (description: string) => z.string().trim().min(1).describe(description);
export const httpsUrl = (description: string) =>
  z.url({ protocol: /^https$/, error: "must be an https URL" }).describe(description);
/**
 * An https address, or http on this machine alone: what crosses a network unencrypted can be read and forged there.
 */
export const webUrl = (description: string) =>
  z
    .url()
    .refine(isConfidential, { error: "must be an https URL; http is for this machine alone" })
    .describe(description);

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function isConfidential(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
}

/** An origin of this machine's own. */
export const localOrigin = z
  .string()
  .refine(
    (value) =>
      URL.canParse(value) &&
      new URL(value).origin === value &&
      LOOPBACK.test(new URL(value).hostname),
    { error: "must hold origins of this machine, such as http://127.0.0.1:7083" },
  );

/** In lower case, as the directory writes it in tokens and lists: there it is compared as a text. */
export const guid = (description: string) =>
  z.guid({ error: "must be a GUID" }).toLowerCase().describe(description);
/** `aud` of tokens: a client id, in lower case then, or an address. */
export const audience = (description: string) =>
  text(description).transform((value) =>
    z.guid().safeParse(value).success ? value.toLowerCase() : value,
  );
/** App settings and key vaults are kinder to one line than to many, so PEM may come in Base64; the vault's own PKCS#12 is none. */
export const pemWithKey = (description: string) =>
  text(description)
    .transform((value) =>
      value.includes("-----BEGIN") ? value : Buffer.from(value, "base64").toString("utf8"),
    )
    .refine((pem) => /BEGIN CERTIFICATE-/.test(pem) && /BEGIN [A-Z ]*PRIVATE KEY-/.test(pem), {
      error: "must hold a certificate and its private key as PEM",
    });
/** How much could go wrong with a role. */
export const risk = (description: string, usual: RoleMeaning["risk"]) =>
  z.enum(["low", "medium", "high"]).default(usual).describe(description);
export const wholeNumber = (
  minimum: number,
  maximum: number,
  fallback: number,
  description: string,
) => z.coerce.number().int().min(minimum).max(maximum).default(fallback).describe(description);
export const list = (description: string, fallback = "") =>
  z
    .string()
    .default(fallback)
    .transform((value) =>
      value
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== ""),
    )
    .describe(description);

/** Client ids, in lower case. */
export const guids = (description: string) =>
  list(description)
    .pipe(z.array(z.guid({ error: "must hold GUIDs" }).toLowerCase()))
    .describe(description);

/** NCRONTAB, as the host reads it: also without seconds. It leaves out a timer whose schedule it cannot read, and runs all else. */
export const schedule = (usual: string, description: string) =>
  z
    .string()
    .trim()
    .regex(/^([\d*/,-]+ +){3,4}[\w*/,-]+ +[\w*/,-]+$/, {
      error: "must have the six fields of NCRONTAB, such as 0 */5 * * * *",
    })
    .default(usual)
    .describe(description);

/** A hundred years, in milliseconds: what is counted from now by more leaves the dates that can be written down. */
const LONGEST_MS = 36_500 * 86_400_000;

/** An ISO 8601 duration without calendar units above a day, in milliseconds. */
export const duration = (fallback: string, description: string) =>
  z
    .string()
    .default(fallback)
    .transform((value, context) => {
      const milliseconds = msOfDuration(value) ?? 0;
      if (milliseconds > 0 && milliseconds <= LONGEST_MS) return milliseconds;
      context.addIssue(
        "must be an ISO 8601 duration above zero and of at most P36500D, such as PT24H",
      );
      return z.NEVER;
    })
    .describe(description);

/** A JSON object in one line. */
export const json = (description: string) =>
  z
    .string()
    .transform((value, context): Readonly<Record<string, unknown>> => {
      try {
        return z.record(z.string(), z.unknown()).parse(JSON.parse(value));
      } catch {
        context.addIssue("must be a JSON object");
        return z.NEVER;
      }
    })
    .describe(description);
