import type { Consent } from "../../../shared/clients/consent.ts";
import { hasClosedHours } from "../../../shared/consent/request-consent.ts";

/** The state of a consent as a sentence for the customer. */
export function consentMessage(consent: Consent): string {
  const due = `${consent.dueAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  switch (consent.state) {
    case "pending":
      return `An administrator has been asked to consent; a decision is due by ${due} (within ${time(consent)}). Until then the client's tokens carry no scope.`;
    case "granted":
      return "An administrator has consented; the client's tokens carry its scopes.";
    case "rejected":
      return `An administrator has rejected this client${consent.reason ? `: ${consent.reason}` : "."}`;
    case "revoked":
      return `An administrator has withdrawn the consent; the client's new tokens carry no scope.${consent.reason ? ` Reason: ${consent.reason}` : ""}`;
  }
}

/** Where closed hours lie in between, it is open hours that were promised: `24 office hours`. */
function time(consent: Consent): string {
  const count = consent.slaHours;
  const open = hasClosedHours(consent) ? "office " : "";
  if (count >= 1) return `${Number(count.toFixed(1))} ${open}hour${count === 1 ? "" : "s"}`;
  const seconds = Math.round(count * 3600);
  return seconds >= 120 ? `${Math.round(seconds / 60)} ${open}minutes` : `${seconds} seconds`;
}
