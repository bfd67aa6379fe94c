import { html, nothing, type TemplateResult } from "lit";
import type { Client, Watch } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import { troubleNotice } from "../shared/trouble-notice.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

/** Whether the person is told by mail before a secret of the opened client ends. */
export interface Watching {
  readonly clientId: string;
  /** Nothing before the first answer. */
  readonly watch?: Watch | undefined;
  readonly trouble?: Trouble | undefined;
  readonly isBusy: boolean;
}

const pathOf = (clientId: string): string => `/clients/${clientId}/watch`;

function show(el: LatchkeyClients, watching: Watching): void {
  if (el.show === watching.clientId) el.set({ watching });
}

/** It is no more than a hint on the page: what cannot be read is not shown. */
export async function loadWatch(el: LatchkeyClients, clientId: string): Promise<void> {
  const answer = await el.client.call<Watch>("GET", pathOf(clientId));
  if (answer.ok) show(el, { clientId, watch: answer.value, isBusy: false });
}

async function change(el: LatchkeyClients, now: Watching, wanted: boolean): Promise<void> {
  if (now.isBusy) return;
  const { clientId } = now;
  show(el, { ...now, isBusy: true, trouble: undefined });
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const answer = wanted
    ? await el.client.call<Watch>("PUT", pathOf(clientId), { body: { timeZone } })
    : await el.client.call("DELETE", pathOf(clientId));
  show(el, { ...now, isBusy: false, trouble: answer.ok ? undefined : answer.trouble });
  if (!answer.ok) return;
  el.announce(wanted ? el.t.watchBegun : el.t.watchEnded);
  await loadWatch(el, clientId);
}

export function watchView(el: LatchkeyClients, { id }: Client): TemplateResult | typeof nothing {
  const { t, state } = el;
  const now = state.watching?.clientId === id ? state.watching : undefined;
  if (!now?.watch) return nothing;
  const { watching, everyClient, email } = now.watch;
  // Without an address there is nothing to choose; that is told where mail is asked for.
  if (!email && !watching) return nothing;
  const said = watching
    ? t.watchOn(email ?? t.dash)
    : everyClient
      ? t.watchAll(email ?? t.dash)
      : t.watchOff(email ?? t.dash);
  return html`<section class="card tight" part="watch" aria-labelledby="watch-title">
    <h3 id="watch-title">${t.watchTitle}</h3>
    <p>${said}</p>
    ${troubleNotice(el, now.trouble, () => void change(el, now, !watching))}
    <div class="actions"><button type="button" part="button" aria-disabled=${now.isBusy ? "true" : "false"}
      @click=${() => void change(el, now, !watching)}>${watching ? t.watchStop : t.watchStart}</button></div>
  </section>`;
}
