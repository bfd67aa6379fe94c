import type { Form } from "../shared/form.ts";
import type { Client, Secret } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";
import { deleteClient, pathOf, removeSecret } from "./removals.ts";

/**
 * What was decided on and can be taken back for a moment. The directory brings no secret back, so the request itself waits.
 * Leaving the page is no second thought: the request then goes out at once, and the browser finishes it.
 */
export interface Held {
  readonly client: Client;
  /** Nothing: the client itself. */
  readonly secret?: Pick<Secret, "keyId" | "displayName">;
  /** The person was told that it is the last one that works. */
  readonly evenLast?: boolean;
  /** When it is asked for; nothing while somebody is at its button. */
  readonly dueAt: number | undefined;
  /** Asked for, and not answered yet. */
  readonly isSent: boolean;
  /** Why it did not come about. */
  readonly trouble?: Trouble | undefined;
}

const HOLD_MS = 7_000;

const timers = new WeakMap<object, ReturnType<typeof setTimeout>>();

const idOf = ({ client, secret }: Pick<Held, "client" | "secret">): string =>
  secret?.keyId ?? client.id;

/** A thing that is about to go is not shown any more; one that could not be removed is. */
const isHidden = ({ trouble }: Held): boolean => trouble === undefined;

export const isHeld = (el: LatchkeyClients, id: string): boolean =>
  el.state.held.some((one) => isHidden(one) && idOf(one) === id);

/** A client as it is shown: without the secrets that are about to go. */
export const withoutHeld = (el: LatchkeyClients, client: Client): Client =>
  client.secrets.some(({ keyId }) => isHeld(el, keyId))
    ? { ...client, secrets: client.secrets.filter(({ keyId }) => !isHeld(el, keyId)) }
    : client;

export function hold(
  el: LatchkeyClients,
  form: Form,
  what: Pick<Held, "client" | "secret" | "evenLast">,
): undefined {
  // For a page that is closed there is no time left to ask for a token.
  void el.client.prepare();
  const held = { ...what, dueAt: Date.now() + HOLD_MS, isSent: false };
  el.set({ held: [...without(el, idOf(what)), held] });
  start(el, held);
  el.closeDialog(form);
  // The directory would bring its secrets back with it; and the service does one thing to a client at a time.
  if (!what.secret) void sendAllOf(el, what.client.id, ({ secret }) => secret !== undefined);
  if (!what.secret && el.show === what.client.id) el.open("");
  el.announce(el.t.heldAnnounced(nameOf(held)));
}

export const nameOf = ({ client, secret }: Pick<Held, "client" | "secret">): string =>
  secret?.displayName ?? client.displayName;

const without = (el: LatchkeyClients, id: string) =>
  el.state.held.filter((one) => idOf(one) !== id);

function change(el: LatchkeyClients, held: Held, part: Partial<Held>): Held {
  const changed = { ...held, ...part };
  clearTimeout(timers.get(held));
  el.set({ held: el.state.held.map((one) => (one === held ? changed : one)) });
  return changed;
}

function start(el: LatchkeyClients, held: Held): void {
  if (held.dueAt === undefined) return;
  timers.set(
    held,
    setTimeout(() => void send(el, held), held.dueAt - Date.now()),
  );
}

export function undo(el: LatchkeyClients, held: Held): void {
  clearTimeout(timers.get(held));
  el.set({ held: without(el, idOf(held)) });
  el.announce(el.t.undone(nameOf(held)));
  void el.returnFocus();
}

/** Nobody is hurried at the button: the time stands still, and begins again when they go. */
export function pause(el: LatchkeyClients, held: Held): void {
  if (!held.isSent && held.dueAt !== undefined) change(el, held, { dueAt: undefined });
}

export function goOn(el: LatchkeyClients, held: Held): void {
  if (held.isSent || held.dueAt !== undefined) return;
  start(el, change(el, held, { dueAt: Date.now() + HOLD_MS }));
}

export async function send(el: LatchkeyClients, held: Held): Promise<void> {
  if (held.isSent || !el.state.held.includes(held)) return;
  // Who asks again after "it is the last one" has been told.
  const evenLast = held.evenLast || held.trouble?.type === "last-secret";
  const sent = change(el, held, { isSent: true, trouble: undefined, evenLast });
  const { client, secret } = sent;
  const trouble = secret
    ? await removeSecret(el, client, secret, sent.evenLast === true)
    : await deleteClient(el, client);
  if (trouble) change(el, sent, { isSent: false, dueAt: undefined, trouble });
  else el.set({ held: without(el, idOf(sent)) });
}

/** Before something is done that needs their place. */
export const sendAllOf = async (
  el: LatchkeyClients,
  clientId: string,
  wanted: (one: Held) => boolean = () => true,
): Promise<void> => {
  const waiting = el.state.held.filter(
    (one) => one.client.id === clientId && !one.trouble && wanted(one),
  );
  for (const one of waiting) await send(el, one);
};

/** The page goes, or the element: what was decided on is asked for now, and nobody hears the answer. */
export function sendAllLeaving(el: LatchkeyClients): void {
  for (const one of el.state.held) {
    clearTimeout(timers.get(one));
    if (one.isSent || one.trouble) continue;
    const { client, secret, evenLast = false } = one;
    const path = secret ? pathOf(client.id, secret.keyId, evenLast) : `/clients/${client.id}`;
    el.client.leave("DELETE", path);
  }
  el.set({ held: [] });
}
