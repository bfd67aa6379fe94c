import { html, nothing, type TemplateResult } from "lit";
import type { ConsentItem } from "../shared/shapes.ts";
import type { LatchkeyConsents } from "./latchkey-consents.ts";

/** What somebody who decides has to know of a request: the same in a row, in a dialog and on the page of one request. */
export const requestFacts = (el: LatchkeyConsents, item: ConsentItem): TemplateResult =>
  html`<div class="facts across" part="facts">
    ${asked(el, item)} ${people(el, item)} ${warnings(el, item)} ${decision(el, item)}
  </div>`;

function asked(el: LatchkeyConsents, { roles }: ConsentItem): TemplateResult {
  const { t } = el;
  const risks = { low: t.riskLow, medium: t.riskMedium, high: t.riskHigh };
  return html`<p class="small">
    <span class="muted">${t.asksFor}</span>
    ${roles.map(
      ({
        value,
        description,
        risk,
      }) => html`<span class="role ${risk}" part="role">${inWords(el, description)}
          <span class="muted">(<code>${value}</code>, ${risks[risk]})</span></span>`,
    )}
  </p>`;
}

/** The words that the service has of its own accord are ours to translate; a company's own are shown as they are. */
function inWords({ t }: LatchkeyConsents, description: string): string {
  if (description === "Read data") return t.readData;
  return description === "Change data" ? t.changeData : description;
}

function people(el: LatchkeyConsents, { requester, customer }: ConsentItem): TemplateResult {
  const { t } = el;
  const { clients, pending, granted, rejected, revoked, more } = customer;
  const count = more ? `${clients}+` : String(clients);
  const has =
    clients === 0
      ? t.customerNone
      : `${count}: ${t.customerStates(pending, granted, rejected, revoked)}`;
  return html`${
    requester?.subject && requester.issuer
      ? html`<p class="small muted">${t.signedInAs(requester.subject, requester.issuer)}</p>`
      : nothing
  }
    <p class="small"><span class="muted">${t.customerHas}</span> ${has}</p>`;
}

function warnings(el: LatchkeyConsents, item: ConsentItem): TemplateResult | typeof nothing {
  const { t } = el;
  const flags = (item.flags ?? []).map((flag) =>
    flag === "mixed-scripts" ? t.flagMixed : t.flagResembles,
  );
  const { drift } = item;
  if (flags.length === 0 && !drift) return nothing;
  return html`<ul class="warnings small" part="warnings">
    ${flags.map((flag) => html`<li class="warn">${flag}</li>`)}
    ${
      drift
        ? html`<li class="bad"><strong>${t.driftTitle}</strong>
            ${drift.roles.map(
              ({ role, resource }) =>
                html`<span class="role">${t.driftRole(role, resource)}</span>`,
            )}</li>`
        : nothing
    }
  </ul>`;
}

function decision(el: LatchkeyConsents, { consent }: ConsentItem): TemplateResult | typeof nothing {
  const { decidedAt, decidedBy } = consent;
  if (!decidedAt) return nothing;
  const { t, f } = el;
  const who =
    decidedBy?.kind === "operator"
      ? t.decidedBy(decidedBy.displayName ?? decidedBy.subject ?? t.someOperator)
      : decidedBy
        ? t.inDirectory
        : "";
  return html`<p class="small muted">${who}
    <time datetime=${decidedAt} title=${f.exact(decidedAt)}>${f.short(decidedAt)}</time></p>`;
}
