import type { Consent } from "../../shared/consent/consent.ts";

/** The state of a consent as a sentence for the customer. */
export function consentMessage(consent: Consent): string {
  const due = `${consent.dueAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  switch (consent.state) {
    case "pending":
      return `An administrator has been asked to consent; a decision is due by ${due} (within ${hours(consent.slaHours)}). Until then the client's tokens carry no scope.`;
    case "granted":
      return "An administrator has consented; the client's tokens carry its scopes.";
    case "rejected":
      return `An administrator has rejected this client${consent.reason ? `: ${consent.reason}` : "."}`;
    case "revoked":
      return "An administrator has withdrawn the consent; the client's new tokens carry no scope.";
  }
}

function hours(count: number): string {
  if (count >= 1) return count === 1 ? "1 hour" : `${Number(count.toFixed(1))} hours`;
  const seconds = Math.round(count * 3600);
  return seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} seconds`;
}
