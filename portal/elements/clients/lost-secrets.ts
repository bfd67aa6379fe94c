import type { Client } from "../shared/shapes.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

/** A secret that came to be after its answer was lost: its value reached nobody. */
export function findLost(el: LatchkeyClients, client: Client): void {
  const { lost } = el.state;
  const found = lost.flatMap(({ clientId, displayName, known }) =>
    clientId === client.id
      ? client.secrets.filter(
          (secret) => secret.displayName === displayName && !known.has(secret.keyId),
        )
      : [],
  );
  const shown = new Set(el.state.once.map(({ secret }) => secret.keyId));
  const unseen = found.map(({ keyId }) => keyId).filter((keyId) => !shown.has(keyId));
  if (unseen.length > 0) el.leaveUnseen(unseen);
}
