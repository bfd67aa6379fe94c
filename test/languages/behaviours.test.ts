import { execFile } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalBus, startBus } from "../../infra/local/bus/start.ts";
import { openTap } from "../../infra/local/tap.ts";
import { Topology } from "../../infra/topology.ts";
import { behaviours } from "./behaviours.ts";
import { type Language, languages } from "./languages.ts";

/** As the consumers: a language that is not on this machine fails, unless `LANGUAGES` names only others. */
const wanted = (process.env["LANGUAGES"] ?? languages.map(({ name }) => name).join()).split(",");
/** Longer than a program waits for anything. */
const LONGEST_MS = 100_000;

const topology = Topology.parse({
  queues: [
    { name: "work" },
    // The shortest lock that a namespace takes.
    { name: "brief", lockDuration: "PT5S", maxDeliveryCount: 2 },
    { name: "once", requiresDuplicateDetection: true },
  ],
  topics: [
    {
      name: "events",
      subscriptions: [
        { name: "all" },
        { name: "some", rules: [{ name: "kinds", sqlFilter: "type IN ('a', 'b')" }] },
      ],
    },
  ],
  tables: [],
});

/** Holds a language's SDK to the list: each behaviour by a process of its own, on a bus that is empty. */
function holdSdk({ name: language, showsBehaviours }: Language): void {
  let bus: LocalBus;
  let command: readonly [string, ...string[]];
  beforeAll(async () => {
    command = showsBehaviours?.() ?? ["false"];
    bus = await startBus({ port: 0, dataFile: ":memory:", topology, tap: openTap });
  }, 300_000);
  beforeEach(() => bus.reset());
  afterAll(() => bus.stop());

  /** @returns what the program says is not so; nothing when the behaviour is held */
  const show = (name: string): Promise<string | undefined> =>
    new Promise((resolve) => {
      const [program, ...args] = command;
      const env = { ...process.env, SERVICE_BUS: bus.settings.ServiceBusConnection };
      const options = { env, timeout: LONGEST_MS, killSignal: "SIGKILL" } as const;
      execFile(program, [...args, name], options, (failed, _, complaints) =>
        resolve(failed ? complaints || String(failed) : undefined),
      );
    });

  for (const { name, in: languages, limits } of behaviours) {
    if (!languages.some((one) => one === language)) continue;
    const limit = language === "JavaScript" ? undefined : limits?.[language];
    if (limit)
      test(`${name}: not as the others, for ${limit.why}`, async () =>
        expect(await show(name)).toContain(limit.shows));
    else test(name, async () => expect(await show(name)).toBeUndefined());
  }
}

for (const language of languages.filter(({ name }) => wanted.includes(name))) {
  if (!language.showsBehaviours) continue;
  const missing = language.missing();
  if (missing === undefined) describe(language.name, () => holdSdk(language));
  else test(language.name, () => expect.fail(missing));
}
