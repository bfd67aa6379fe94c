import type { Operation, ShownConsent } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";

/** Milliseconds between two looks at an operation on a whole subscription; its steps are two seconds apart. */
const LOOK_MS = 2_000;
/** While it only waits for a day to come. */
const CALM_MS = 30_000;

/** The element that shows it, as far as it is used here. */
interface Page {
  readonly request: string;
  readonly customer?: string;
  readonly isConnected: boolean;
  readonly state: { readonly run?: Operation | undefined };
  readonly client: {
    call<T>(
      method: "GET",
      path: string,
    ): Promise<{ ok: true; value: T } | { ok: false; trouble: Trouble }>;
  };
  set(change: { run: Operation }): void;
  refresh(): void;
}

/** Of an end of a customer all is stopped by then, and nothing is deleted before its day. */
export const isWaiting = ({ stopped, deleteAt, state }: Operation, now: number): boolean =>
  state === "running" &&
  stopped === true &&
  deleteAt !== undefined &&
  Date.parse(deleteAt) - now > CALM_MS;

/** What has left something is asked for again; what was set aside need not name any client. */
export function leftOver(run: Operation | undefined): Operation["kind"] | undefined {
  const isLeft = run?.state === "parked" || (run?.state === "done" && run.errors.length > 0);
  return isLeft ? run.kind : undefined;
}

const pauseOf = (run: Operation | undefined, now: number): number =>
  run && isWaiting(run, now) ? CALM_MS : LOOK_MS;

/** Shows how far an operation has come until it ends, another one takes its place, or the page shows something else. */
export async function followRun(el: Page, begun: Operation): Promise<void> {
  const { request, customer } = el;
  const isShown = () =>
    el.isConnected &&
    el.request === request &&
    el.customer === customer &&
    el.state.run?.id === begun.id;
  el.set({ run: begun });
  while (isShown() && el.state.run?.state === "running") {
    await new Promise((resolve) => setTimeout(resolve, pauseOf(el.state.run, Date.now())));
    if (!isShown()) return;
    const answer = await el.client.call<Operation>("GET", `/admin/operations/${begun.id}`);
    if (!isShown()) return;
    // What cannot be read is told by the request itself, which is read again by and by.
    if (!answer.ok && answer.trouble.kind === "session") return;
    if (answer.ok) el.set({ run: answer.value });
  }
  if (isShown()) el.refresh();
}

/**
 * What was begun elsewhere, or before this page was opened, is followed as well: a suspension with what came of it, its end for as long
 * as it goes on.
 */
export async function findRun(el: Page, { stops }: Pick<ShownConsent, "stops">): Promise<void> {
  const id = stops?.suspended?.operation ?? stops?.resumedBy;
  if (!id || el.state.run?.id === id) return;
  const { request, customer } = el;
  const answer = await el.client.call<Operation>("GET", `/admin/operations/${id}`);
  if (!answer.ok || el.request !== request || el.customer !== customer) return;
  if (stops?.suspended || answer.value.state === "running") await followRun(el, answer.value);
}
