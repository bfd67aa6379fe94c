import type { Operation, ShownConsent } from "../shared/shapes.ts";
import type { LatchkeyConsents } from "./latchkey-consents.ts";

/** Milliseconds between two looks at an operation on a whole subscription; its steps are two seconds apart. */
const LOOK_MS = 2_000;

/** Shows how far an operation has come until it ends, another one takes its place, or the page shows something else. */
export async function followRun(el: LatchkeyConsents, begun: Operation): Promise<void> {
  const { request } = el;
  const isShown = () => el.isConnected && el.request === request && el.state.run?.id === begun.id;
  el.set({ run: begun });
  while (isShown() && el.state.run?.state === "running") {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    if (!isShown()) return;
    const answer = await el.client.call<Operation>("GET", `/admin/operations/${begun.id}`);
    if (!isShown()) return;
    // What cannot be read is told by the request itself, which is read again by and by.
    if (!answer.ok && answer.trouble.kind === "session") return;
    if (answer.ok) el.set({ run: answer.value });
  }
  if (isShown()) el.refresh();
}

/** A suspension that was begun elsewhere, or before this page was opened, is followed as well. */
export async function findRun(el: LatchkeyConsents, { stops }: ShownConsent): Promise<void> {
  const id = stops?.suspended?.operation;
  if (!id || el.state.run?.id === id) return;
  const { request } = el;
  const answer = await el.client.call<Operation>("GET", `/admin/operations/${id}`);
  if (answer.ok && el.request === request) await followRun(el, answer.value);
}
