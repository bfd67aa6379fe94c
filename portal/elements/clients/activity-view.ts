import { html, nothing, type TemplateResult } from "lit";
import type { Client } from "../shared/shapes.ts";
import { readActivity, timeline } from "../shared/timeline.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

/** Who did what to a client: asked for when somebody opens it, so that nobody else pays for it. */
export function activityView(el: LatchkeyClients, client: Client): TemplateResult {
  const { t, state } = el;
  const shown = state.activity?.clientId === client.id ? state.activity : undefined;
  const opened = (event: Event) => {
    const { target } = event;
    if (target instanceof HTMLDetailsElement && target.open) void read(el, client.id, false);
  };
  return html`<details class="activity" @toggle=${opened}>
    <summary><strong>${t.activityTitle}</strong></summary>
    <div class="stack">${shown ? timeline(el, shown, { more: () => void read(el, client.id, true) }) : nothing}</div>
  </details>`;
}

async function read(el: LatchkeyClients, clientId: string, goesOn: boolean): Promise<void> {
  const known = el.state.activity?.clientId === clientId ? el.state.activity : undefined;
  if (known?.isReading) return;
  const before = goesOn ? known : undefined;
  el.set({ activity: { ...known, clientId, isReading: true } });
  const activity = await readActivity(el, `/clients/${clientId}/activity`, before);
  if (el.show === clientId) el.set({ activity: { ...activity, clientId } });
}
