import { html, nothing, type TemplateResult } from "lit";
import { countdown, expiry, moment, skeleton } from "../../shared/pieces.ts";
import type { Client, Keyless } from "../../shared/shapes.ts";
import { troubleNotice } from "../../shared/trouble-notice.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { readPresets } from "./add-federated.ts";
import { readCredentials } from "./credentials.ts";
import { ownTexts } from "./own-texts.ts";

const BONES = 1;

/** What a client proves itself by besides secrets, and what it may have more of. */
export function credentialsView(el: LatchkeyClients, client: Client, now: number): TemplateResult {
  const own = ownTexts(el);
  const { items, trouble, isReading, clientId } = el.state.keys;
  const shown = clientId === client.id ? items : undefined;
  const may = (kind: string) =>
    el.state.about?.credentials.some((one) => one.kind === kind && one.allowed) ?? false;
  const add = (kind: "add-certificate" | "add-federated", label: string) =>
    html`<button type="button" part="button" @click=${() => {
      el.openDialog({ kind, client });
      if (kind === "add-federated") void readPresets(el);
    }}>${label}</button>`;
  return html`<p class="muted">${own.keysIntro}</p>
    ${troubleNotice(el, trouble, () => void readCredentials(el, client.id))}
    ${
      shown && shown.length > 0
        ? html`<ul class="rows" part="list">${shown.map((one) => row(el, client, one, now))}</ul>`
        : isReading
          ? skeleton(el, BONES)
          : trouble
            ? nothing
            : html`<p class="card tight muted">${own.keysEmpty}</p>`
    }
    <div class="actions">
      ${may("certificate") ? add("add-certificate", own.addCertificate) : nothing}
      ${may("federated") ? add("add-federated", own.addFederated) : nothing}
    </div>`;
}

function row(el: LatchkeyClients, client: Client, one: Keyless, now: number): TemplateResult {
  const own = ownTexts(el);
  const { t } = el;
  const button = (kind: "rotate-certificate" | "remove-credential", label: string, tone = "") =>
    html`<button type="button" class="quiet ${tone}" part="button" aria-label=${t.actionFor(label, one.displayName)}
      @click=${() => el.openDialog({ kind, client, credential: one })}>${label}</button>`;
  return html`<li class="row" part="row">
    <div class="cell">
      <strong class="name">${one.displayName}</strong>
      <span class="small muted">${one.kind === "certificate" ? own.certificate : own.federated}</span>
    </div>
    ${one.kind === "certificate" ? certificate(el, one, now) : federated(el, one)}
    <div class="cell end">
      ${one.kind === "certificate" && !one.retiresAt ? button("rotate-certificate", t.rotate) : nothing}
      ${button("remove-credential", t.removeSecret, "danger")}
    </div>
  </li>`;
}

const certificate = (el: LatchkeyClients, one: Keyless, now: number) =>
  html`<div class="cell">
      ${
        one.retiresAt
          ? html`<span class="chip warn" part="chip">${el.t.retiring}</span>
            <span class="small warn">${el.t.retiresIn(countdown(el, Math.max(0, Date.parse(one.retiresAt) - now)))}</span>`
          : nothing
      }
      ${
        one.expiresAt
          ? html`<span>${el.t.expires} ${expiry(el, one.expiresAt, now)}</span>
            <span class="small muted">${moment(el, one.expiresAt)}</span>`
          : nothing
      }
    </div>
    <div class="cell"><span>${ownTexts(el).thumbprint}</span><code class="small muted">${one.thumbprint}</code></div>`;

const federated = (el: LatchkeyClients, one: Keyless) =>
  html`<div class="cell"><span>${ownTexts(el).issuer}</span><code class="small muted">${one.issuer}</code></div>
    <div class="cell"><span>${ownTexts(el).subject}</span><code class="small muted">${one.subject}</code></div>`;
