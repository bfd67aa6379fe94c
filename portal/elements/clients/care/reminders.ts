import type { Answer } from "../../shared/api-client.ts";
import type { CalendarLink, CalendarLinkState, Watch } from "../../shared/shapes.ts";
import { type Reminders, setCare } from "../care-state.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { ownTexts } from "./own-texts.ts";

/** A person is told of all clients of the subscription: by mail, and by a calendar. */

function show(el: LatchkeyClients, change: Partial<Reminders>): void {
  setCare(el, { reminders: { ...el.state.care.reminders, ...change } });
}

export async function readReminders(el: LatchkeyClients): Promise<void> {
  const [watch, link] = await Promise.all([
    el.client.call<Watch>("GET", "/watch"),
    el.client.call<CalendarLinkState>("GET", "/calendar-link"),
  ]);
  if (!watch.ok) return show(el, { trouble: watch.trouble });
  if (!link.ok) return show(el, { trouble: link.trouble });
  show(el, { watch: watch.value, link: link.value, trouble: undefined });
}

/** Does one thing at a time, and shows what is there afterwards. @returns what was answered, where it was done */
async function change<T>(
  el: LatchkeyClients,
  ask: () => Promise<Answer<T>>,
): Promise<{ readonly value: T } | undefined> {
  if (el.state.care.reminders?.isBusy) return undefined;
  show(el, { isBusy: true, trouble: undefined });
  const answer = await ask();
  if (answer.ok) await readReminders(el);
  show(el, { isBusy: false, ...(!answer.ok && { trouble: answer.trouble }) });
  return answer.ok ? { value: answer.value } : undefined;
}

export async function watchAll(el: LatchkeyClients, wanted: boolean): Promise<void> {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const done = await change(el, () =>
    wanted
      ? el.client.call("PUT", "/watch", { body: { timeZone } })
      : el.client.call("DELETE", "/watch"),
  );
  if (done) el.announce(wanted ? el.t.watchBegun : el.t.watchEnded);
}

/** One key for one wish, until its answer is known: a lost answer is given again. */
const keys = new WeakMap<LatchkeyClients, string>();

export async function makeCalendar(el: LatchkeyClients): Promise<void> {
  const idempotencyKey = keys.get(el) ?? crypto.randomUUID();
  keys.set(el, idempotencyKey);
  const made = await change(el, () =>
    el.client.call<CalendarLink>("POST", "/calendar-link", { idempotencyKey }),
  );
  if (!made) return;
  keys.delete(el);
  // The address is a key to what it shows: only a page that is still there holds it.
  if (el.show === "reminders" && el.isConnected) show(el, { made: made.value });
  el.announce(ownTexts(el).calendarMade);
}

export async function endCalendar(el: LatchkeyClients): Promise<void> {
  const ended = await change(el, () => el.client.call("DELETE", "/calendar-link"));
  if (!ended) return;
  show(el, { made: undefined });
  el.announce(ownTexts(el).calendarEnded);
}
