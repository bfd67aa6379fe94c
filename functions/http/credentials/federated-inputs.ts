import * as z from "zod";
import {
  EXCHANGE_AUDIENCE,
  FEDERATED_NAME,
  MAX_FEDERATED_NAME,
  MAX_FEDERATED_PART,
  MIN_FEDERATED_NAME,
  type NewFederated,
} from "../../../shared/clients/federated/federated.ts";
import { fillPreset } from "../../../shared/clients/federated/preset.ts";
import { PRESETS } from "../../../shared/clients/federated/presets.ts";

/** What requests about federated credentials hold. */

const TOO_LONG = { error: `must have at most ${MAX_FEDERATED_PART} characters` };
/** Compared letter by letter: a blank at an end, or a sign that is not seen, would never be found again. */
const EXACT =
  "^[^\\s\\u0000-\\u001f\\u007f](?:[^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f])?$";
/** Half a surrogate pair has no UTF-8, which tokens are written in: no token would ever be the same. */
const part = z
  .string({ error: "must be text" })
  .max(MAX_FEDERATED_PART, TOO_LONG)
  .refine((text) => text.isWellFormed(), { error: "must hold no half of a surrogate pair" });
const exact = part
  .regex(new RegExp(EXACT), { error: "must hold no blanks at its ends and no control characters" })
  .regex(/^[^*]*$/, { error: "must hold no *: the directory compares letter by letter" });

const issuer = part.regex(/^https:\/\/[^\s?#*]+$/, {
  error: "must be an https address without query and fragment, as the token's iss has it",
});

const Members = z
  .strictObject({
    name: z
      .string({ error: "must be text" })
      .min(MIN_FEDERATED_NAME, { error: `must have at least ${MIN_FEDERATED_NAME} characters` })
      .max(MAX_FEDERATED_NAME, { error: `must have at most ${MAX_FEDERATED_NAME} characters` })
      .regex(FEDERATED_NAME, {
        error: "must be of letters, digits, - and _, the first a letter or a digit",
      })
      .describe("Its name, which stands once in a client and cannot be changed")
      .meta({ examples: ["github-main"] }),
    issuer: issuer
      .optional()
      .describe("Whose tokens are taken: their `iss`. Not with a preset")
      .meta({ examples: ["https://issuer.example.com"] }),
    subject: exact
      .optional()
      .describe("Of whom: their `sub`, letter by letter. Not with a preset")
      .meta({ examples: ["repo:octo-org/octo-repo:ref:refs/heads/main"] }),
    audience: exact
      .optional()
      .describe(`What they must name in their \`aud\`; \`${EXCHANGE_AUDIENCE}\` when left out`)
      .meta({ examples: [EXCHANGE_AUDIENCE] }),
    preset: z
      .string({ error: "must be text" })
      .max(40)
      .optional()
      .describe("A platform of `GET /federated-presets`, which makes issuer and subject"),
    scope: z
      .string({ error: "must be text" })
      .max(40)
      .optional()
      .describe("Which of the platform's tokens; may be left out where there is one only"),
    values: z
      .record(z.string().max(40), part)
      .optional()
      .describe("What the preset asks for, by the names of its fields"),
  })
  .meta({
    examples: [
      {
        name: "github-main",
        preset: "github-actions",
        scope: "branch",
        values: { organization: "octo-org", repository: "octo-repo", branch: "main" },
      },
    ],
  });

/** Issuer and subject as they are, or what a platform's preset makes them of. */
export const AddFederatedBody = Members.transform((body, context): NewFederated => {
  const { name: displayName, audience = EXCHANGE_AUDIENCE, preset, scope, values } = body;
  const refuse = (message: string, ...path: string[]) =>
    context.addIssue({ code: "custom", message, path });
  if (preset === undefined) {
    for (const member of ["scope", "values"] as const)
      if (body[member] !== undefined) refuse("goes with a preset only", member);
    for (const member of ["issuer", "subject"] as const)
      if (body[member] === undefined) refuse("must be given, or a preset", member);
    const { issuer = "", subject = "" } = body;
    return { displayName, issuer, subject, audience };
  }
  for (const member of ["issuer", "subject"] as const)
    if (body[member] !== undefined) refuse("comes of the preset; leave it out", member);
  const filled = fillPreset(PRESETS, { preset, scope, values: values ?? {} });
  if (filled.ok) return { displayName, ...filled.value, audience };
  for (const { message, path } of filled.refusal.errors) refuse(message, ...path);
  return z.NEVER;
}).meta({ id: "AddFederatedCredentialRequest" });

const claims = z.object({
  iss: z.string({ error: "must be text" }).max(4096),
  sub: z.string({ error: "must be text" }).max(4096),
  // Described in words: what well-known generators make of "a text or a list of texts" does not compile in Java.
  aud: z
    .unknown()
    .describe("A text, or a list of texts")
    .pipe(
      z.union([z.string().max(4096), z.array(z.string().max(1000)).min(1).max(10)], {
        error: "must be text, or a list of texts",
      }),
    ),
});

/**
 * A token is taken without its signature only: with it, it would be a key to the client, and there is no need for one here. What
 * else it claims is passed over.
 */
export const DryRunBody = z
  .strictObject({
    claims: claims
      .loose()
      .optional()
      .describe("The claims of a token: `iss`, `sub` and `aud`; others are passed over"),
    token: z
      .string({ error: "must be text" })
      .max(12_000)
      .optional()
      .describe("A token without its signature, `header.payload`: with it, it would be a key"),
  })
  .meta({
    examples: [
      {
        claims: {
          iss: "https://token.actions.githubusercontent.com",
          sub: "repo:octo-org/octo-repo:ref:refs/heads/main",
          aud: EXCHANGE_AUDIENCE,
        },
      },
    ],
  })
  .transform((body, context) => {
    const refuse = (message: string, ...path: string[]) => {
      context.addIssue({ code: "custom", message, path });
      return z.NEVER;
    };
    if (body.claims && body.token === undefined) return claims.parse(body.claims);
    if (body.token === undefined || body.claims)
      return refuse("must hold claims or a token", "claims");
    const [, payload = "", signature = ""] = body.token.split(".");
    if (signature !== "")
      return refuse("must end before its second dot: with its signature it is a key", "token");
    const read = claims.safeParse(payloadOf(payload));
    return read.success ? read.data : refuse("must be a token with iss, sub and aud", "token");
  })
  .meta({ id: "FederatedDryRunRequest" });

function payloadOf(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString());
  } catch {
    return undefined;
  }
}
