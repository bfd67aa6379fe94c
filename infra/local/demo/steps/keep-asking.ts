import { setTimeout as pause } from "node:timers/promises";
import type { Stage } from "../stage.ts";
import type { Client } from "./create-client.ts";

/** What a client puts into its token request to show who it is. */
export type Proof = () => Promise<Readonly<Record<string, string>>>;

/** The form of a token request, whatever the client shows for itself. */
export const tokenRequest = async (
  client: Client,
  proof: Proof,
): Promise<Readonly<Record<string, string>>> => ({
  grant_type: "client_credentials",
  client_id: client.appId,
  scope: client.scope,
  ...(await proof()),
});

export interface Poller {
  /** What it shows from now on: something that has worked once. */
  use(proof: Proof): void;
  /** Ends it; how often it has asked, and how often it got no token. */
  stop(): Promise<{ readonly asked: number; readonly refused: number }>;
}

const PAUSE_MS = 100;

/** The customer's program, at work all the time: it asks for a token again and again. */
export function keepAsking(stage: Stage, client: Client, first: Proof): Poller {
  let proof = first;
  let asked = 0;
  let refused = 0;
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const form = await tokenRequest(client, proof);
      const { status } = await stage.quietly({ method: "POST", url: client.tokenEndpoint, form });
      asked += 1;
      if (status !== 200) refused += 1;
      await pause(PAUSE_MS);
    }
  })();
  return {
    use: (next) => {
      proof = next;
    },
    stop: async () => {
      stopping.abort();
      await running;
      return { asked, refused };
    },
  };
}
