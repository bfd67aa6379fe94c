import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cloud, startCloud } from "../../infra/local/cloud.ts";
import { readTopology } from "../../infra/topology.ts";
import { BARE_CREATED_QUEUE, BARE_QUEUE } from "./bare-names.ts";

/** Once a year is never, within a measurement. */
const NEVER = "0 0 0 1 1 *";

export interface Stage {
  readonly cloud: Cloud;
  /** A customer's token for any subscription. */
  token(subscription: string): Promise<string>;
  stop(): Promise<void>;
}

/** A local cloud with one host, on free ports, without limits that a measurement would run into and without timers. */
export async function openStage(latencyMs: number): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-bench-"));
  const topology = readTopology();
  const [queue] = topology.queues;
  if (!queue) throw new Error("The topology has no queue");
  const bare = [BARE_QUEUE, BARE_CREATED_QUEUE].map((name) => ({ ...queue, name }));
  const cloud = await startCloud({
    folder,
    build: false,
    topology: { ...topology, queues: [...topology.queues, ...bare] },
    environment: {
      MAX_CLIENTS_PER_SUBSCRIPTION: "10000",
      SUBSCRIPTION_WRITES_PER_MINUTE: "100000",
      SUBSCRIPTION_REQUESTS_PER_MINUTE: "1000000",
      MAX_DELETED_CLIENTS_PER_SUBSCRIPTION: "100000",
      DIRECTORY_WRITES_PER_MINUTE: "1000000",
      ALERT_BUDGET: "10000",
      EMAIL_PER_MINUTE: "100000",
      EMAIL_PER_HOUR: "1000000",
      RECONCILE_AFTER: "PT2M",
      RECONCILE_SCHEDULE: NEVER,
      CONSENT_SWEEP_SCHEDULE: NEVER,
      CONSENT_REVOCATION_SCHEDULE: NEVER,
    },
  });
  await cloud.setFaults({ directory: { latencyMs } });
  return {
    cloud,
    token: (subscription) =>
      cloud.directory.issueUserToken("ann", {
        claims: { extension_subscriptionId: subscription },
      }),
    stop: async () => {
      await cloud.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
