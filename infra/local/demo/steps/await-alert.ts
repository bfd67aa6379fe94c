import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import type { Stage } from "../stage.ts";
import type { Client } from "./create-client.ts";

const Alerts = z.array(z.looseObject({ clientId: z.string(), stage: z.string() }));
export type ReceivedAlert = z.infer<typeof Alerts>[number];

const PATIENCE_MS = 20_000;
const BETWEEN_LOOKS_MS = 200;

/** Looks into the inbox until an alert of that stage has come for the client. */
export async function nextAlert(
  stage: Stage,
  clientId: string,
  wanted: string,
): Promise<ReceivedAlert | undefined> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const { body } = await stage.quietly({ url: `${stage.addresses.inbox}/alerts.json` });
    const alert = Alerts.parse(body).find(
      (one) => one.clientId === clientId && one.stage === wanted,
    );
    if (alert || Date.now() > until) return alert;
    await pause(BETWEEN_LOOKS_MS);
  }
}

export const awaitAlert = (stage: Stage, client: Client): Promise<void> =>
  stage.step(
    "The operators are told",
    `The create put a message on the queue; its consumer alerted the administrators. The inbox (${stage.addresses.inbox}) has it.`,
    async () => {
      const alert = await nextAlert(stage, client.id, "requested");
      if (alert) stage.show(`${stage.addresses.inbox}/alerts.json`, alert);
      stage.check("An alert for this client arrived", alert !== undefined);
    },
  );
