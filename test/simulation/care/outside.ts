import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { Letter, PersonMail } from "../../../shared/care/ports.ts";
import type { ClientEvent } from "../../../shared/events/client-event.ts";
import { type Outside, outside } from "../outside.ts";
import type { Otherwise } from "../process.ts";
import { type Mark, marking } from "./marks.ts";

export interface SentLetter {
  readonly letter: Letter;
  readonly at: Date;
}

export interface CareOutside extends Outside {
  readonly mail: PersonMail;
  /** Each that the mail service has, or will never take, once. */
  readonly letters: SentLetter[];
  /** Takes nothing for now. */
  isMailAway: boolean;
  /** When each event was first told, by its id. */
  readonly toldAt: ReadonlyMap<string, Date>;
  readonly marks: readonly Mark[];
}

export function careOutside(random: () => number): CareOutside {
  const out = outside(random);
  const { events, runtime, tables } = out;
  const { table, marks } = marking(tables.clients, runtime.now);
  const letters: SentLetter[] = [];
  const toldAt = new Map<string, Date>();
  const publish = async (event: ClientEvent): Promise<void> => {
    if (!toldAt.has(event.id)) toldAt.set(event.id, runtime.now());
    await events.publish(event);
  };
  const care: CareOutside = {
    ...out,
    tables: { ...tables, clients: table },
    letters,
    isMailAway: false,
    toldAt,
    marks,
    events: {
      ...events,
      publish,
      publishAll: async (all) => {
        for (const event of all) await publish(event);
      },
    },
    mail: {
      send: async (letter) => {
        if (care.isMailAway) throw away("no");
        keep(letters, { letter, at: runtime.now() });
        return "taken";
      },
    },
  };
  return care;
}

/** Of a mail service that knows again what it has. */
function keep(letters: SentLetter[], one: SentLetter): void {
  if (!letters.some(({ letter }) => letter.id === one.letter.id)) letters.push(one);
}

const PAUSE_SECONDS = 300;
const away = (executed: "no" | "unknown") =>
  new RemoteUnavailable("alerts", { executed, retryAfterSeconds: PAUSE_SECONDS });

/** What it refuses counts as sent: nobody can do anything about it. */
export const ofMail =
  ({ letters, runtime }: CareOutside): Otherwise =>
  (fate, _call, [letter]) => {
    if (fate !== "refused") throw away(fate === "unknown" ? "unknown" : "no");
    keep(letters, { letter: letter as Letter, at: runtime.now() });
    return "refused";
  };
