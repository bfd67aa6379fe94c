import * as z from "zod";
import type { ReadyDeps } from "../../../shared/clients/wait-until-ready.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import type { MakeDeps } from "../../../shared/operations/credentials/new-secret.ts";
import { route } from "../../edge/route.ts";
import { displayName, lifetimeDays, MAX_SECRET_NAME } from "../inputs.ts";
import { NewSecretShape } from "../shapes.ts";
import { ENCRYPT_TO, EncryptTo } from "./encrypt-to.ts";
import { answerWithSecret, NEW_SECRET_PROBLEMS } from "./new-secret.ts";

export const secretsAdd = (
  deps: MakeDeps & ReadyDeps & { readonly secretMaxLifetimeDays: number },
) =>
  route(
    {
      name: "secrets-add",
      operationId: "addSecret",
      method: "POST",
      path: "/clients/{id}/secrets",
      access: "clients.write",
      summary: "Add a secret; its value is in this answer and never shown again",
      description:
        "Makes a secret in the directory. Its value is in this answer only and kept nowhere: a repeat under the same `Idempotency-Key` is answered 409 with the `keyId`, never with the value. The token endpoint takes a new secret some seconds late: with `Prefer: wait=N` the answer comes when it works. With `encryptTo` it holds the value for the holder of a private key only.",
      accepts: ["Idempotency-Key", "Prefer"],
      body: z
        .strictObject({
          displayName: displayName(MAX_SECRET_NAME),
          lifetimeDays: lifetimeDays(deps.secretMaxLifetimeDays),
          encryptTo: EncryptTo.optional().describe(ENCRYPT_TO),
        })
        .meta({ id: "AddSecretRequest" }),
      replies: {
        201: {
          description: "The secret with its value",
          schema: NewSecretShape,
          headers: ["Preference-Applied"],
        },
      },
      problems: NEW_SECRET_PROBLEMS,
    },
    async ({ caller, by, id, body, idempotency, waitSeconds }) => {
      const at = deps.runtime.now();
      const added = await addSecret(deps, {
        subscription: caller.subscription,
        by,
        clientId: id,
        displayName: body.displayName,
        lifetimeDays: body.lifetimeDays ?? deps.secretMaxLifetimeDays,
        ...(idempotency && { idempotency }),
      });
      return added.ok
        ? answerWithSecret(deps, added.value, { at, waitSeconds, encryptTo: body.encryptTo })
        : added;
    },
  );
