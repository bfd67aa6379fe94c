import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import type { Stage } from "../stage.ts";
import type { Client } from "./create-client.ts";

const Alerts = z.array(
  z.looseObject({ clientId: z.string(), stage: z.string(), channel: z.string() }),
);
export type ReceivedAlert = z.infer<typeof Alerts>[number];

const PATIENCE_MS = 20_000;
const BETWEEN_LOOKS_MS = 200;

/** Looks into the inbox until an alert of that stage has come for the client by that channel. */
export async function nextAlert(
  stage: Stage,
  clientId: string,
  wanted: string,
  channel: string,
): Promise<ReceivedAlert | undefined> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const { body } = await stage.quietly({ url: `${stage.addresses.inbox}/alerts.json` });
    const alert = Alerts.parse(body).find(
      (one) => one.clientId === clientId && one.stage === wanted && one.channel === channel,
    );
    if (alert || Date.now() > until) return alert;
    await pause(BETWEEN_LOOKS_MS);
  }
}

export const awaitAlert = (stage: Stage, client: Client): Promise<void> =>
  stage.step(
    "The operators are told",
    `The create put a message on the queue; its consumer alerted the administrators by webhook, Teams and mail. The inbox (${stage.addresses.inbox}) stands in for all three. Reminders, breach and escalation follow by the clock: see docs/consent-clock.md.`,
    async () => {
      for (const channel of ["webhook", "teams", "email"]) {
        const alert = await nextAlert(stage, client.id, "requested", channel);
        if (alert && channel === "webhook")
          stage.show(`${stage.addresses.inbox}/alerts.json`, alert);
        stage.check(`An alert for this client arrived by ${channel}`, alert !== undefined);
      }
    },
  );
