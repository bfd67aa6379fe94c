import type { AlertChannel } from "./alert.ts";
import { type DeliverDeps, deliver } from "./deliver.ts";

export interface PoisonDeps extends DeliverDeps {
  readonly channels: readonly AlertChannel[];
}

/** A message that nobody can act on: it will end among the dead letters. */
export interface PoisonMessage {
  readonly queue: string;
  readonly messageId: string;
  /** What is wrong with it; names fields, quotes nothing. */
  readonly reason: string;
}

/**
 * Records why a message is being refused and alerts operators, once however often it is delivered again. The rows stay: with
 * the message id of the dead letter they answer why it is there.
 */
export async function reportPoison(deps: PoisonDeps, poison: PoisonMessage): Promise<void> {
  const about = `poison ${poison.queue} ${poison.messageId}`;
  const known = await deps.alertLog.of(about);
  const alert = { id: `${poison.queue}:${poison.messageId}:poison`, stage: "poison" as const };
  await Promise.all([
    deliver(
      deps,
      { about, stage: "poison", mark: poison.reason, target: "record" },
      known,
      async () => undefined,
    ),
    ...deps.channels.map((channel) =>
      deliver(deps, { about, stage: "poison", mark: "", target: channel.name }, known, () =>
        channel.send({ ...alert, ...poison, sentAt: deps.runtime.now() }),
      ),
    ),
  ]);
}
