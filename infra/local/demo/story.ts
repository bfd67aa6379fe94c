import type { Stage } from "./stage.ts";
import { addSecret } from "./steps/add-secret.ts";
import { awaitAlert } from "./steps/await-alert.ts";
import { tokenWithConsent, tokenWithoutConsent } from "./steps/client-token.ts";
import { climb, mayClimb } from "./steps/climb.ts";
import { createClient } from "./steps/create-client.ts";
import { followEvents } from "./steps/follow-events.ts";
import { grantConsent } from "./steps/grant-consent.ts";
import { bobSeesNothing } from "./steps/isolation.ts";
import { consentNoticed, operatorsQueue } from "./steps/operators-queue.ts";
import { rotateSecret } from "./steps/rotate-secret.ts";
import { deleteClient, removeSecret } from "./steps/take-back.ts";

/** The whole story in its order; each step says what it needs of the ones before. A new step is a line here and a file in steps/. */
export async function tellStory(stage: Stage): Promise<void> {
  const client = await createClient(stage);
  const secret = await addSecret(stage, client);
  await awaitAlert(stage, client);
  await operatorsQueue(stage, client);
  await tokenWithoutConsent(stage, client, secret);
  await grantConsent(stage, client);
  await consentNoticed(stage, client);
  await tokenWithConsent(stage, client, secret);
  await bobSeesNothing(stage, client);
  const newer = await rotateSecret(stage, client, secret);
  if (await mayClimb(stage)) await climb(stage, client, newer);
  else await removeSecret(stage, client, newer);
  await deleteClient(stage, client);
  await followEvents(stage, client);
}
