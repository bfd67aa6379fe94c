import * as z from "zod";
import { substituteSettings } from "./app-settings.ts";
import type { Engine, ServedFunction } from "./engine.ts";
import { TimeSpan } from "./host-json.ts";
import type { Invoker } from "./invoke.ts";
import type { Log } from "./log.ts";
import { parseNcrontab, type Schedule } from "./ncrontab.ts";

const TimerTrigger = z.looseObject({
  schedule: z.string().transform(substituteSettings),
  runOnStartup: z.boolean().optional(),
});

/** `setTimeout` counts in 32 bits. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

const iso = (ms: number): string => new Date(ms).toISOString();

function parseSchedule(text: string): Schedule {
  const span = TimeSpan.safeParse(text);
  return span.success ? (afterMs) => afterMs + span.data : parseNcrontab(text);
}

export interface Timers {
  /** Runs a timer function now, as its admin endpoint does; undefined when the function has no timer. */
  runNow(served: ServedFunction): Promise<unknown> | undefined;
  start(): void;
  stop(): void;
}

/**
 * The app's timers. Every host fires its own: in Azure a blob lease lets one instance run each tick, but the lease can move in
 * mid-run, so a function has to bear two at once anyway, and here it is made to. Within one host a timer never overlaps
 * itself, and a missed tick is not made up for.
 */
export function createTimers(engine: Engine, invoker: Invoker, log: Log): Timers {
  const waits = new Map<ServedFunction, NodeJS.Timeout | undefined>();
  const runners = new Map<ServedFunction, () => Promise<unknown>>();
  const starters: (() => void)[] = [];
  let stopped = false;

  for (const served of engine.functions.values()) {
    const binding = Object.values(served.metadata.bindings).find(({ type }) =>
      /^timertrigger$/i.test(type),
    );
    if (!binding) continue;
    const { schedule: text, runOnStartup } = TimerTrigger.parse(binding);
    const schedule = parseSchedule(text);
    let last = 0;

    const run = () => {
      const now = Date.now();
      const status = { Last: iso(last), LastUpdated: iso(last), Next: iso(schedule(now)) };
      last = now;
      const timer = { Schedule: { AdjustForDST: true }, ScheduleStatus: status, IsPastDue: false };
      return invoker.invoke(served, { input: { json: JSON.stringify(timer) } });
    };
    const waitFor = (dueMs: number) => {
      if (stopped) return;
      const waitMs = dueMs - Date.now();
      waits.set(
        served,
        waitMs > LONGEST_WAIT_MS
          ? setTimeout(() => waitFor(dueMs), LONGEST_WAIT_MS)
          : setTimeout(() => tick(dueMs), Math.max(0, waitMs)),
      );
    };
    const tick = (dueMs: number) => {
      // A failed run is logged by the invoker; the schedule goes on. A wait may end a moment early: never the same tick twice.
      const next = () => waitFor(schedule(Math.max(Date.now(), dueMs)));
      run().then(next, next);
    };
    runners.set(served, run);
    starters.push(() => {
      log.write("debug", `${served.metadata.name} runs on '${text}'.`);
      if (runOnStartup) tick(Date.now());
      else waitFor(schedule(Date.now()));
    });
  }

  return {
    runNow: (served) => runners.get(served)?.(),
    start: () => {
      for (const start of starters) start();
    },
    stop: () => {
      stopped = true;
      for (const wait of waits.values()) clearTimeout(wait);
    },
  };
}
