import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { consentChip } from "../../shared/consent-chip.ts";
import { credentialCount, nextExpiry } from "../../shared/ending.ts";
import { Form } from "../../shared/form.ts";
import { busyLabel, copyButton, countdown, expiry, skeleton } from "../../shared/pieces.ts";
import type { Activity, Client, Operation, Subscription } from "../../shared/shapes.ts";
import { timeline } from "../../shared/timeline.ts";
import { troubleNotice } from "../../shared/trouble-notice.ts";
import { leftOver } from "../follow-run.ts";
import type { LatchkeyConsents } from "../latchkey-consents.ts";
import { progress } from "../progress.ts";
import { textsOf } from "../stops.ts";
import { change, loadCustomer, moreActivity } from "./customer-actions.ts";
import type { CustomerAction, CustomerState } from "./customer-state.ts";
import { deletedView } from "./deleted-view.ts";
import { saveReport } from "./report.ts";

const BONES = 3;

/** One customer: what is stopped, the clients, and who did what. */
export function customerView(el: LatchkeyConsents, now: number): TemplateResult {
  const { t, state, customer } = el;
  const shown = state.customer?.subscription === customer ? state.customer : undefined;
  return html`<header class="head">
      <h2 tabindex="-1" data-heading part="title">${t.customerTitle(customer)}</h2>
      <button type="button" part="button" @click=${() => el.openCustomer("")}>${t.allRequests}</button>
    </header>
    <div class="stack">
      ${troubleNotice(el, state.trouble, () => void loadCustomer(el))}
      ${
        shown
          ? [
              stops(el, shown, now),
              clients(el, shown, now),
              deletedView(el, shown),
              activity(el, shown),
            ]
          : state.trouble
            ? nothing
            : skeleton(el, BONES)
      }
    </div>`;
}

function stops(el: LatchkeyConsents, shown: CustomerState, now: number): TemplateResult {
  const { t, f } = el;
  const { suspended, blocked } = shown.stops;
  return html`<section class="card tight" part="stops" aria-labelledby="customer-stops">
    <h3 id="customer-stops">${t.customerState}</h3>
    ${suspended ? stopped(el, suspended, now) : nothing}
    ${blocked ? html`<p class="bad">${t.blocked(f.short(blocked.at), blocked.reason)}</p>` : nothing}
    ${suspended || blocked ? nothing : html`<p>${t.customerFree}</p>`}
    <div role="status">${el.state.run ? progress(el, el.state.run, namesOf(shown)) : nothing}</div>
    <div class="actions">${actionsOf(shown, el.state.run).map((kind) => button(el, kind, shown))}</div>
    <p class="small muted">${t.reportHint}</p>
    ${troubleNotice(el, shown.report?.trouble, () => void saveReport(el, shown))}
    <div class="actions"><button type="button" part="button" aria-disabled=${shown.report?.isBusy ? "true" : "false"}
      @click=${() => void saveReport(el, shown)}>${busyLabel(shown.report?.isBusy ?? false, t.report)}</button></div>
  </section>`;
}

/** Why all of it is stopped, and, where the customer is to end, when. */
function stopped(
  el: LatchkeyConsents,
  { at, reason, deleteAt }: NonNullable<Subscription["suspended"]>,
  now: number,
): TemplateResult {
  const { t, f } = el;
  if (deleteAt === undefined)
    return html`<p class="bad">${t.suspendedAll(f.short(at), reason)}</p>`;
  const left = Date.parse(deleteAt) - now;
  return html`<p class="bad">${t.offboardingText(f.short(at), reason)}</p>
    <p>${left > 0 ? t.offboardIn(countdown(el, left), f.short(deleteAt)) : t.offboardSince(f.short(deleteAt))}</p>`;
}

const namesOf = ({ clients, deleted }: CustomerState): ReadonlyMap<string, string> =>
  new Map([...clients, ...(deleted?.items ?? [])].map(({ id, displayName }) => [id, displayName]));

/** A block leaves nothing over. */
const AGAIN = [
  ...(["suspend-subscription", "resume-subscription"] as const),
  ...(["offboard-subscription", "cancel-offboard"] as const),
] satisfies CustomerAction[];

function actionsOf(
  { stops: { suspended, blocked } }: CustomerState,
  run: Operation | undefined,
): readonly CustomerAction[] {
  const reverse = suspended?.deleteAt ? "cancel-offboard" : "resume-subscription";
  const again = AGAIN.find((kind) => kind === leftOver(run));
  return [
    ...new Set<CustomerAction>([
      suspended ? reverse : "suspend-subscription",
      blocked ? "unblock-subscription" : "block-subscription",
      ...(again ? [again] : []),
      ...(suspended?.deleteAt ? [] : (["offboard-subscription"] as const)),
    ]),
  ];
}

function button(el: LatchkeyConsents, kind: CustomerAction, shown: CustomerState): TemplateResult {
  const { label, takesAway } = textsOf(el.t, kind);
  const open = () => {
    el.rememberOpener();
    change(el, shown, { dialog: { kind, form: new Form() } });
  };
  return html`<button type="button" class=${takesAway ? "danger" : ""} part="button ${takesAway ? "danger" : ""}"
    @click=${open}>${label}</button>`;
}

function clients(el: LatchkeyConsents, shown: CustomerState, now: number): TemplateResult {
  const { t } = el;
  return html`<section class="stack" aria-labelledby="customer-clients">
    <h3 id="customer-clients">${t.customerClients} <span class="small muted">${t.clientCount(shown.clients.length)}</span></h3>
    ${
      shown.clients.length === 0
        ? html`<p class="card tight muted">${t.customerNoClients}</p>`
        : html`<ul class="rows" part="list">${repeat(
            shown.clients,
            ({ id }) => id,
            (client) => row(el, client, now),
          )}</ul>`
    }
  </section>`;
}

function row(el: LatchkeyConsents, client: Client, now: number): TemplateResult {
  const { t } = el;
  const next = nextExpiry(client);
  return html`<li class="row" part="row">
    <div class="cell">
      <button type="button" class="link name" part="link" @click=${() => el.open(client.id)}>${client.displayName}</button>
      <span class="id"><code class="muted">${client.appId}</code>${copyButton(el, {
        id: `row-${client.id}`,
        what: `${t.clientId} ${client.displayName}`,
        value: client.appId,
      })}</span>
    </div>
    <div class="cell">
      ${consentChip(el, client.consent, now)}
      ${
        client.suspended
          ? html`<span class="chip bad" part="chip">${t.suspended}</span><span class="small">${client.suspended.reason}</span>`
          : nothing
      }
    </div>
    <div class="cell">
      <span>${credentialCount(t, client)}</span>
      ${next ? html`<span class="small muted">${t.nearestExpiry} ${expiry(el, next, now)}</span>` : nothing}
    </div>
  </li>`;
}

const activity = (el: LatchkeyConsents, shown: CustomerState) =>
  html`<section class="stack" aria-labelledby="customer-activity">
    <h3 id="customer-activity">${el.t.activityTitle}</h3>
    ${timeline(el, shown.activity, {
      more: () => void moreActivity(el, shown),
      about: (entry) => whose(shown, entry),
    })}
  </section>`;

/** The client's name as it is now: an entry has its own words, and names change. */
function whose({ clients }: CustomerState, { clientId }: Activity) {
  const name = clients.find(({ id }) => id === clientId)?.displayName ?? clientId;
  return name ? html`· <span class="name">${name}</span>` : nothing;
}
