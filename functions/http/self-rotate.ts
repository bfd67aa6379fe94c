import * as z from "zod";
import { refused } from "../../shared/base/outcome.ts";
import { rotateOwnSecret } from "../../shared/operations/rotate-own-secret.ts";
import { route } from "../edge/route.ts";
import { NEW_SECRET_PROBLEMS } from "./new-secret.ts";
import { RotatedSecretShape } from "./secret-shapes.ts";
import { answerRotated, type RotateDeps, rotateBody, rotationOf } from "./secrets-rotate.ts";

/** Who is stopped is nobody here, and is not told more. */
const PROBLEMS = NEW_SECRET_PROBLEMS.filter((type) => type !== "client-suspended");

export const selfRotate = (deps: RotateDeps) =>
  route(
    {
      name: "self-rotate",
      operationId: "rotateOwnSecret",
      method: "POST",
      path: "/self/rotate",
      access: "self",
      summary: "Replace a secret of the client that asks by a new one",
      description:
        "For a client with the role `keys.rotate`, by a token of its own for this API. As with a customer's rotation the old secret goes on working for the grace, and the new value is in this answer only. A token does not say which secret it was asked for with: name it by its `keyId` where the client has several.",
      accepts: ["Idempotency-Key", "Prefer"],
      body: rotateBody(deps)
        .extend({
          keyId: z
            .guid({ error: "must be a keyId" })
            .toLowerCase()
            .optional()
            .describe(
              "The secret to be replaced; of those that work and are not retiring the one that ends first when left out",
            ),
        })
        .meta({ id: "RotateOwnSecretRequest" }),
      replies: {
        201: {
          description: "The new secret with its value, and when the old one goes",
          schema: RotatedSecretShape,
          headers: ["Preference-Applied"],
        },
      },
      problems: ["secret-not-found", ...PROBLEMS],
    },
    async ({ caller, by, body, idempotency, waitSeconds }) => {
      const at = deps.runtime.now();
      const { subscription, clientId } = caller;
      const rotated = await rotateOwnSecret(deps, {
        ...{ subscription, clientId, by, keyId: body.keyId },
        ...rotationOf(deps, body),
        ...(idempotency && { idempotency }),
      });
      if (rotated.ok)
        return answerRotated(deps, rotated.value, { at, waitSeconds, encryptTo: body.encryptTo });
      return rotated.refusal.reason === "client-suspended"
        ? refused({ reason: "not-found" })
        : rotated;
    },
  );
