import { RemoteUnavailable } from "../../shared/base/unavailable.ts";
import { DirectoryRefused } from "../../shared/clients/ports.ts";
import type { Process } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";

const HOSTS = 2;
/** Of what was begun. */
const MOST_AT_ONCE = 4;

/** What any run leaves. */
export interface Ran {
  /** What no caller may ever meet. */
  readonly thrown: readonly string[];
  readonly deaths: number;
  /** Everything that happened, in order. */
  readonly log: readonly string[];
}

export type Crew<Host extends Pick<Process, "death" | "isDead">> = ReturnType<typeof crew<Host>>;

/** Hosts, of which one that has died is replaced when it is wanted next. */
export function crew<Host extends Pick<Process, "death" | "isDead">>(
  turns: Scheduler,
  random: () => number,
  newHost: (place: number) => Host,
  note: (what: string) => void,
) {
  const hosts: Host[] = Array.from({ length: HOSTS }, (_, place) => newHost(place));
  const thrown: string[] = [];
  let [deaths, running] = [0, 0];

  const someHost = (): Host => {
    const at = Math.floor(random() * HOSTS);
    const host = hosts[at];
    if (host && !host.isDead()) return host;
    deaths += 1;
    const next = newHost(at);
    hosts[at] = next;
    return next;
  };
  const begin = async (
    what: string,
    work: (host: Host) => Promise<unknown>,
    over: (answer: unknown) => void = () => undefined,
  ): Promise<void> => {
    const host = someHost();
    running += 1;
    note(`begins: ${what}`);
    const answer = await Promise.race([
      host.death,
      work(host).catch((error: unknown) => {
        const isExpected = error instanceof RemoteUnavailable || error instanceof DirectoryRefused;
        if (!isExpected) thrown.push(`${what}: ${error instanceof Error ? error.stack : error}`);
        return error;
      }),
    ]);
    running -= 1;
    note(`ends: ${what}: ${JSON.stringify(answer)?.slice(0, 200)}`);
    over(answer);
  };

  const quiet = async (): Promise<void> => {
    for (let idle = 0; running > 0 && idle < 50; ) idle = (await turns.step()) ? 0 : idle + 1;
    if (running > 0) thrown.push(`${running} never end`);
  };

  const playUntil = async (
    isOver: () => boolean,
    something: () => Promise<void>,
  ): Promise<void> => {
    while (!isOver()) {
      if (running < MOST_AT_ONCE) await something();
      for (let steps = random() * 12; steps > 0; steps -= 1) await turns.step();
    }
    await quiet();
  };

  return {
    thrown,
    deaths: () => deaths,
    running: () => running,
    /** Has something happen while others are at work, until it is over and nothing runs any more. */
    playUntil,
    /** Has one of them do something. @param over told of its answer, of what it threw, or that it `died` */
    begin,
    /** Resolves when nothing runs any more. */
    quiet,
  };
}
