import * as z from "zod";
import { done } from "../../shared/base/outcome.ts";
import type { ReadyDeps } from "../../shared/clients/wait-until-ready.ts";
import type { MakeDeps } from "../../shared/operations/new-secret.ts";
import { rotateSecret } from "../../shared/operations/rotate-secret.ts";
import { route } from "../edge/route.ts";
import { ENCRYPT_TO, EncryptTo } from "./encrypt-to.ts";
import { graceHours, USUAL_GRACE_HOURS } from "./grace-hours.ts";
import { displayName, lifetimeDays, MAX_SECRET_NAME } from "./inputs.ts";
import { answerWithSecret, NEW_SECRET_PROBLEMS } from "./new-secret.ts";
import { RotatedSecretShape, showReplaced } from "./secret-shapes.ts";

export const secretsRotate = (
  deps: MakeDeps & ReadyDeps & { readonly secretMaxLifetimeDays: number },
) =>
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
      body: z
        .strictObject({
          displayName: displayName(MAX_SECRET_NAME)
            .optional()
            .describe("That of the old one when left out"),
          lifetimeDays: lifetimeDays(deps.secretMaxLifetimeDays),
          encryptTo: EncryptTo.optional().describe(ENCRYPT_TO),
          graceHours,
          replaces: z
            .guid({ error: "must be a keyId" })
            .toLowerCase()
            .optional()
            .describe("The secret that goes at once, if there is no room for another"),
        })
        .meta({ id: "RotateSecretRequest" }),
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
        displayName: body.displayName,
        lifetimeDays: body.lifetimeDays ?? deps.secretMaxLifetimeDays,
        graceHours: body.graceHours ?? USUAL_GRACE_HOURS,
        replaces: body.replaces,
        ...(idempotency && { idempotency }),
      });
      if (!rotated.ok) return rotated;
      const { encryptTo } = body;
      const { value } = await answerWithSecret(deps, rotated.value, { at, waitSeconds, encryptTo });
      const replaced = showReplaced(rotated.value.replaced);
      return done({ ...value, body: { ...value.body, replaced } });
    },
  );
