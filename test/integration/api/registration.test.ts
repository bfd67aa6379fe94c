import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { spawnHost } from "../../../infra/local/host/spawn.ts";
import { readTopology } from "../../../infra/topology.ts";
import { registrationsOf } from "../../support/registrations.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

const REPOSITORY = join(import.meta.dirname, "../../..");

let cloud: Cloud;
beforeAll(async () => {
  cloud = await sharedCloud();
});

/** What the sources register, read by the host without a bundle between. */
async function registrationsOfSource() {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-source-"));
  const main = pathToFileURL(join(REPOSITORY, "functions/main.ts")).href;
  await writeFile(join(folder, "package.json"), '{ "type": "module", "main": "main.js" }');
  await writeFile(join(folder, "main.js"), `import ${JSON.stringify(main)};\n`);
  await copyFile(join(REPOSITORY, "host.json"), join(folder, "host.json"));
  const host = await spawnHost({
    environment: { ...process.env, ...cloud.settings },
    folder,
    port: 0,
  });
  try {
    return await registrationsOf({ addresses: { portal: host.origin } });
  } finally {
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

test("the bundle that is deployed registers exactly what the sources register", async () => {
  const [bundled, source] = [await registrationsOf(cloud), await registrationsOfSource()];

  expect(bundled).toEqual(source);
  expect(bundled.length).toBeGreaterThan(10);
});

describe("what is registered listens to what topology.json names", () => {
  const topology = readTopology();

  test("every queue has its consumer, and no function waits for another queue", async () => {
    const queues = (await registrationsOf(cloud)).flatMap(({ queueName }) => queueName ?? []);

    expect(queues.sort()).toEqual(topology.queues.map(({ name }) => name).sort());
  });

  test("no function waits for a subscription that is not there", async () => {
    const subscriptions = topology.topics.flatMap((topic) =>
      topic.subscriptions.map(({ name }) => `${topic.name}/${name}`),
    );

    for (const { topicName, subscriptionName } of await registrationsOf(cloud)) {
      if (topicName) expect(subscriptions).toContain(`${topicName}/${subscriptionName}`);
    }
  });

  test("messages and timers use settings that the service is given", async () => {
    for (const { type, connection, schedule } of await registrationsOf(cloud)) {
      if (type === "serviceBusTrigger") expect(connection).toBe("ServiceBusConnection");
      if (type === "timerTrigger") expect(schedule).toMatch(/^(\S+ ){5}\S+$/);
    }
  });
});
