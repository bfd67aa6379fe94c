import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import type { ReadyDeps } from "../../../shared/clients/wait-until-ready.ts";
import type { MakeDeps } from "../../../shared/operations/credentials/new-secret.ts";
import {
  type RotatedSecret,
  rotateSecret,
} from "../../../shared/operations/credentials/rotate-secret.ts";
import { route } from "../../edge/route.ts";
import { displayName, lifetimeDays, MAX_SECRET_NAME } from "../inputs.ts";
import { ENCRYPT_TO, EncryptTo } from "./encrypt-to.ts";
import { graceHours, USUAL_GRACE_HOURS } from "./grace-hours.ts";
import { answerWithSecret, NEW_SECRET_PROBLEMS } from "./new-secret.ts";
import { RotatedSecretShape, showReplaced } from "./secret-shapes.ts";

export type RotateDeps = MakeDeps & ReadyDeps & { readonly secretMaxLifetimeDays: number };

/** What may be said of a rotation, whoever asks for it. */
export const rotateBody = ({ secretMaxLifetimeDays }: Pick<RotateDeps, "secretMaxLifetimeDays">) =>
  z.strictObject({
    displayName: displayName(MAX_SECRET_NAME)
      .optional()
      .describe("That of the old one when left out"),
    lifetimeDays: lifetimeDays(secretMaxLifetimeDays),
    encryptTo: EncryptTo.optional().describe(ENCRYPT_TO),
    graceHours,
    replaces: z
      .guid({ error: "must be a keyId" })
      .toLowerCase()
      .optional()
      .describe("The secret that goes at once, if there is no room for another"),
  });

type RotateBody = z.infer<ReturnType<typeof rotateBody>>;

/** The same as the operation takes it. */
export const rotationOf = (
  { secretMaxLifetimeDays }: Pick<RotateDeps, "secretMaxLifetimeDays">,
  body: RotateBody,
) => ({
  displayName: body.displayName,
  lifetimeDays: body.lifetimeDays ?? secretMaxLifetimeDays,
  graceHours: body.graceHours ?? USUAL_GRACE_HOURS,
  replaces: body.replaces,
});

/** The new secret, when it works where that is waited for, and what becomes of the old one. */
export async function answerRotated(
  deps: Parameters<typeof answerWithSecret>[0],
  rotated: RotatedSecret,
  asked: Parameters<typeof answerWithSecret>[2],
) {
  const { value } = await answerWithSecret(deps, rotated, asked);
  return done({ ...value, body: { ...value.body, replaced: showReplaced(rotated.replaced) } });
}

export const secretsRotate = (deps: RotateDeps) =>
  route(
    {
      name: "secrets-rotate",
      operationId: "rotateSecret",
      method: "POST",
      path: "/clients/{id}/secrets/{keyId}/rotate",
      access: "clients.write",
      summary: "Replace a secret by a new one; the old one goes on working for a while",
      description:
        "Makes a new secret and gives the old one a `retiresAt`, at which the service removes it. The value is in this answer only, as with every new secret. `graceHours: 0` removes the old one at once: it leaked. Where the client has as many secrets as it may, one that is retiring or has expired already makes room; else 409 lists the two, and `replaces` says which of them goes.",
      accepts: ["Idempotency-Key", "Prefer"],
      body: rotateBody(deps).meta({ id: "RotateSecretRequest" }),
      replies: {
        201: {
          description: "The new secret with its value, and when the old one goes",
          schema: RotatedSecretShape,
          headers: ["Preference-Applied"],
        },
      },
      problems: ["secret-not-found", ...NEW_SECRET_PROBLEMS],
    },
    async ({ caller, by, id, keyId, body, idempotency, waitSeconds }) => {
      const at = deps.runtime.now();
      const rotated = await rotateSecret(deps, {
        subscription: caller.subscription,
        by,
        clientId: id,
        keyId,
        ...rotationOf(deps, body),
        ...(idempotency && { idempotency }),
      });
      if (!rotated.ok) return rotated;
      const { encryptTo } = body;
      return answerRotated(deps, rotated.value, { at, waitSeconds, encryptTo });
    },
  );
