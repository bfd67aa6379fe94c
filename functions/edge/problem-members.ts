import * as z from "zod";
import { CredentialKind } from "../../shared/clients/credential.ts";
import { ConsentItemShape } from "../http/admin/admin-shapes.ts";
import { FederatedCredentialShape } from "../http/credentials/federated-shapes.ts";
import type { ProblemType } from "./problem-types.ts";
import { shape } from "./shape.ts";

/** What a problem document holds besides the members of RFC 9457, for the types that hold more. */

const FieldErrorShape = shape(() =>
  z
    .object({
      field: z
        .string()
        .max(300)
        .describe("A JSON pointer into the body, or `query.limit`, `header.Idempotency-Key`")
        .meta({ examples: ["/displayName"] }),
      message: z
        .string()
        .max(300)
        .describe("What to change")
        .meta({ examples: ["must not be empty"] }),
    })
    .meta({ id: "FieldError" }),
);

const HeldSecretShape = shape(() =>
  z
    .object({
      keyId: z.guid(),
      displayName: z
        .string()
        .max(256)
        .meta({ examples: ["Production"] }),
      hint: z
        .string()
        .max(16)
        .meta({ examples: ["aB3"] }),
      expiresAt: z.iso.datetime(),
    })
    .meta({ id: "HeldSecret" }),
);

const stopped = z.object({
  reason: z
    .string()
    .max(600)
    .describe("What operators have given as the reason")
    .meta({ examples: ["Not paid"] }),
});

const limit = z.int().min(0).describe("The limit that was reached");

const longest = z.object({
  longestDays: z
    .int()
    .min(0)
    .optional()
    .describe("How many days are allowed, where the service may read the policy")
    .meta({ examples: [90] }),
});

export const problemMembers = {
  "secret-forbidden-by-policy": longest,
  "certificate-forbidden-by-policy": longest,
  "invalid-request": z.object({ errors: z.array(FieldErrorShape()) }),
  "consent-not-granted": z.object({
    state: z
      .string()
      .max(64)
      .describe("Its state")
      .meta({ examples: ["pending"] }),
  }),
  "consent-already-decided": z.object({
    state: z
      .string()
      .max(64)
      .describe("What was decided")
      .meta({ examples: ["granted"] }),
  }),
  "consent-changed": z.object({
    consent: ConsentItemShape().describe("The consent as it is now"),
  }),
  "subscription-blocked": stopped,
  "client-suspended": stopped,
  "stopped-by-operator": stopped,
  "subscription-suspended": stopped,
  "client-limit-reached": z.object({ limit }),
  "deleted-limit-reached": z.object({ limit }),
  "share-used-up": z.object({ limit }),
  "too-many-requests": z.object({ limit }),
  "rate-limited": z.object({ limit }),
  "secret-limit-reached": z.object({
    limit,
    secrets: z
      .array(HeldSecretShape())
      .describe("Those that hold the places, soonest to expire first"),
  }),
  "certificate-held": z.object({
    keyId: z.guid().describe("The certificate that is there"),
  }),
  "federated-exists": z.object({
    alike: z
      .enum(["name", "trust"])
      .describe("What the other one has alike: its name, or issuer and subject"),
    credentials: z.array(FederatedCredentialShape()).max(1).describe("The one that is in the way"),
  }),
  "federated-limit-reached": z.object({
    limit,
    credentials: z.array(FederatedCredentialShape()).max(1000).describe("Those that are there"),
  }),
  "credential-kind-not-allowed": z.object({
    kind: CredentialKind.describe("What was asked for"),
    allowed: z.array(CredentialKind).max(3).describe("What a client may get instead"),
    why: z
      .enum(["directory", "setting", "policy"])
      .describe(
        "The token endpoint does not take it, the operators do not want it, or a policy of the directory forbids it",
      ),
  }),
  "secret-value-already-returned": z.object({
    keyId: z.guid().describe("The secret that the first request made"),
  }),
} as const satisfies Partial<Record<ProblemType, z.ZodObject>>;
