import { html, nothing, type TemplateResult } from "lit";
import type { Operation } from "../shared/shapes.ts";
import type { Texts } from "../texts/texts.ts";
import { isWaiting } from "./follow-run.ts";
import { textsOf } from "./stops.ts";

type Shown = { readonly t: Texts };

/**
 * How far an operation on a whole subscription has come. A block concerns none of its clients.
 *
 * @param names of clients, by their id
 */
export function progress(
  { t }: Shown,
  run: Operation,
  names: ReadonlyMap<string, string> = new Map(),
): TemplateResult | typeof nothing {
  const label = labelOf(t, run);
  if (label === undefined) return nothing;
  const running = run.state === "running";
  const words = {
    running: isWaiting(run, Date.now())
      ? t.offboardWaiting
      : t.runRunning(label, run.done, run.total),
    done: t.runDone(label, run.done, run.total),
    cancelled: t.runCancelled(label),
    parked: t.runParked(label, run.done, run.total),
  };
  return html`<p class="small">${words[run.state]}</p>
    ${
      running && run.total > 0 && !isWaiting(run, Date.now())
        ? html`<progress aria-label=${label} max=${run.total} .value=${run.done}></progress>`
        : nothing
    }
    ${run.errors.length > 0 ? errors(t, run, names) : nothing}`;
}

/** What is being done just now: the end of a customer first stops, then deletes. */
function labelOf(t: Texts, { kind, stopped, state }: Operation): string | undefined {
  switch (kind) {
    case "suspend-subscription":
    case "resume-subscription":
    case "cancel-offboard":
      return textsOf(t, kind).label;
    case "offboard-subscription":
      if (state !== "running") return t.offboard;
      return stopped ? t.offboardDeleting : t.suspendAll;
    default:
      return undefined;
  }
}

/** Which clients are not as they are to be, and why. */
const errors = (t: Texts, { errors }: Operation, names: ReadonlyMap<string, string>) =>
  html`<p class="small bad">${t.runErrors}</p>
    <ul class="small errors">${errors.map(
      ({ clientId = "", problem }) =>
        html`<li><span class="name">${names.get(clientId) ?? clientId}</span> · ${t.problems[problem]?.[0] ?? problem}</li>`,
    )}</ul>`;
