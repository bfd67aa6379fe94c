import * as z from "zod";
import type { SecretRecord } from "../../../shared/clients/secret-record.ts";
import { type Shaped, shape } from "../../edge/shape.ts";
import { NewSecretShape, SecretShape } from "../shapes.ts";

/** A secret as the service has it on record, without a look at the directory. */
export const ReplacedShape = shape(() =>
  z
    .strictObject({
      keyId: SecretShape().shape.keyId,
      displayName: SecretShape().shape.displayName,
      expiresAt: SecretShape().shape.expiresAt,
      retiresAt: SecretShape().shape.retiresAt,
      snoozedUntil: SecretShape().shape.snoozedUntil,
    })
    .meta({ id: "ScheduledSecret" }),
);

export const RotatedSecretShape = shape(() =>
  z
    .strictObject({
      ...NewSecretShape().shape,
      replaced: ReplacedShape().describe(
        "The old secret, and when it goes; it may have gone already",
      ),
    })
    .meta({ id: "RotatedSecret" }),
);

export const showReplaced = (
  secret: Pick<SecretRecord, "keyId" | "displayName" | "expiresAt" | "retiresAt" | "snoozedUntil">,
): Shaped<typeof ReplacedShape> => ({
  keyId: secret.keyId,
  displayName: secret.displayName,
  expiresAt: secret.expiresAt.toISOString(),
  ...(secret.retiresAt && { retiresAt: secret.retiresAt.toISOString() }),
  ...(secret.snoozedUntil && { snoozedUntil: secret.snoozedUntil.toISOString() }),
});
