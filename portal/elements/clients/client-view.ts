import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { consentChip, consentSentence } from "../shared/consent-chip.ts";
import { DAY } from "../shared/format.ts";
import { backIcon, plusIcon } from "../shared/icons.ts";
import {
  copyButton,
  copyRefused,
  countdown,
  expiry,
  expiryTone,
  moment,
  skeleton,
} from "../shared/pieces.ts";
import type { Client, Secret } from "../shared/shapes.ts";
import { troubleNotice } from "../shared/trouble-notice.ts";
import { activityView } from "./activity-view.ts";
import { loadClient } from "./clients-actions.ts";
import { withoutHeld } from "./held.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";
import { samplesView } from "./samples-view.ts";
import { suspendButton, suspension } from "./suspension.ts";
import { watchView } from "./watch.ts";

export function clientView(el: LatchkeyClients, now: number): TemplateResult {
  const { t, state } = el;
  const client = el.opened && withoutHeld(el, el.opened);
  const trouble = state.clientTrouble ?? (client ? undefined : state.listTrouble);
  return html`<nav><button type="button" class="link back" @click=${() => el.open("")}>${backIcon}${t.back}</button></nav>
    <header class="head">
      <h2 tabindex="-1" data-heading part="title">${client?.displayName ?? t.clientsTitle}</h2>
      ${client ? changes(el, client) : nothing}
    </header>
    <div class="stack">
      ${troubleNotice(el, trouble, () => void loadClient(el, el.show))}
      ${client ? [consent(el, client, now), facts(el, client), secrets(el, client, now), samplesView(el, client), watchView(el, client), activityView(el, client)] : trouble ? nothing : skeleton(el, 3)}
    </div>`;
}

const changes = (el: LatchkeyClients, client: Client) =>
  html`<div class="actions">
    <button type="button" part="button" @click=${() => el.openDialog({ kind: "rename", client })}>${el.t.rename}</button>
    ${suspendButton(el, client)}
    <button type="button" class="danger" part="button danger" @click=${() => el.openDialog({ kind: "delete", client })}>${el.t.deleteClient}</button>
  </div>`;

const consent = (el: LatchkeyClients, client: Client, now: number) =>
  html`${client.suspended ? suspension(el, client.suspended) : nothing}<section class="card tight" part="consent" aria-label=${el.t.consent}>
    <p class="line">${consentChip(el, client.consent, now)}</p>
    <p>${consentSentence(el, client.consent, now)}</p>
  </section>`;

function facts(el: LatchkeyClients, client: Client): TemplateResult {
  const { t } = el;
  const copied = (id: string, what: string, value: string, long = "") =>
    html`<div class=${long}><dt>${what}</dt><dd><code data-copy=${id}>${value}</code>${copyButton(el, { id, what, value })}${copyRefused(el, id)}</dd></div>`;
  const words = { "api.read": t.roleRead, "api.write": t.roleWrite, "keys.rotate": t.roleRotate };
  const roles = client.roles.map((role) => words[role]);
  return html`<dl class="facts" part="facts">
    ${copied("app-id", t.clientId, client.appId)}
    ${copied("scope", t.scope, client.scope)}
    ${copied("token-endpoint", t.tokenEndpoint, client.tokenEndpoint, "long")}
    <div><dt>${t.roles}</dt><dd>${roles.join(", ")}</dd></div>
    <div><dt>${t.created}</dt><dd>${moment(el, client.createdAt)}</dd></div>
  </dl>`;
}

function secrets(el: LatchkeyClients, client: Client, now: number): TemplateResult {
  const { t } = el;
  const most = el.state.about?.limits.secretsPerClient;
  const full = most !== undefined && client.secrets.length >= most;
  return html`<section class="stack" aria-labelledby="secrets-title">
    <header class="head">
      <h3 id="secrets-title">${t.secrets}${
        most === undefined
          ? nothing
          : html` <span class="small muted">${t.secretsOf(client.secrets.length, most)}</span>`
      }</h3>
      <button type="button" class="primary" part="button primary" aria-disabled=${full ? "true" : "false"}
        aria-describedby=${full ? "secrets-full" : nothing}
        @click=${() => full || el.openDialog({ kind: "add-secret", client })}>
        ${plusIcon}${t.addSecret}
      </button>
    </header>
    ${full ? html`<p class="small muted" id="secrets-full">${t.secretsFull}</p>` : nothing}
    ${
      client.secrets.length === 0
        ? html`<p class="card tight muted">${t.secretsEmpty}</p>`
        : html`<ul class="rows" part="list">
            ${repeat(
              client.secrets,
              ({ keyId }) => keyId,
              (secret) => secretRow(el, client, secret, now),
            )}
          </ul>`
    }
  </section>`;
}

const secretRow = (el: LatchkeyClients, client: Client, secret: Secret, now: number) =>
  html`<li class="row" part="row">
    <div class="cell">
      <strong class="name">${secret.displayName}</strong>
      <span class="small muted">${el.t.secretHint} <code>${secret.hint}…</code></span>
    </div>
    <div class="cell">
      ${expiryChip(el, secret, now)}
      <span>${el.t.expires} ${expiry(el, secret.expiresAt, now)}</span>
      <span class="small muted">${moment(el, secret.expiresAt)}</span>
    </div>
    <div class="cell"><span>${el.t.created}</span><span class="small muted">${moment(el, secret.createdAt)}</span></div>
    <div class="cell end">
      ${secretButtons(el, client, secret, now)}
      <button type="button" class="quiet danger" part="button danger" aria-label=${el.t.removeSecretOf(secret.displayName)}
        @click=${() => el.openDialog({ kind: "remove-secret", client, secret })}>${el.t.removeSecret}</button>
    </div>
    ${snoozed(el, secret, now)}
    ${el.state.unseen.has(secret.keyId) ? html`<p class="across small warn">${el.t.secretUnseen}</p>` : nothing}
  </li>`;

/** What a secret's state lets one do about its end. */
const secretButtons = (el: LatchkeyClients, client: Client, secret: Secret, now: number) => {
  const { t } = el;
  const { displayName } = secret;
  const button = (
    kind: "rotate-secret" | "reschedule" | "snooze",
    label: string,
    whole = t.actionFor(label, displayName),
  ) =>
    html`<button type="button" class="quiet" part="button" aria-label=${whole}
      @click=${() => el.openDialog({ kind, client, secret })}>${label}</button>`;
  if (secret.retiresAt) return button("reschedule", t.reschedule);
  return [
    client.suspended ? nothing : button("rotate-secret", t.rotate, t.rotateOf(displayName)),
    isReminded(secret, now) ? button("snooze", t.snooze) : nothing,
  ];
};

/** Sooner than that nobody is reminded, by the service's own settings. */
const REMINDED_DAYS = 30;
const isReminded = ({ expiresAt }: Secret, now: number): boolean => {
  const left = Date.parse(expiresAt) - now;
  return left > 0 && left <= REMINDED_DAYS * DAY;
};

const snoozed = ({ t, f }: LatchkeyClients, { snoozedUntil: until }: Secret, now: number) =>
  until && Date.parse(until) > now
    ? html`<p class="across small muted">${t.snoozedUntil(f.short(until))}</p>`
    : nothing;

/** What needs somebody's care stands out. */
function expiryChip(el: LatchkeyClients, { expiresAt, retiresAt }: Secret, now: number) {
  if (retiresAt)
    return html`<span class="chip warn" part="chip">${el.t.retiring}</span>
      <time class="small warn" part="countdown" datetime=${retiresAt} title=${el.f.exact(retiresAt)}
        >${el.t.retiresIn(countdown(el, Math.max(0, Date.parse(retiresAt) - now)))}</time>`;
  const tone = expiryTone(expiresAt, now);
  if (tone === "muted") return nothing;
  return html`<span class="chip ${tone}" part="chip">${tone === "bad" ? el.t.expired : el.t.expiresSoon}</span>`;
}
