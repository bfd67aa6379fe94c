/**
 * The files that take longest, longest first: whoever comes last should be short, or it is waited for alone. Vitest knows how long a
 * file took only where it has run before; a fresh clone, as CI has it, would go by their size.
 */
export const LONGEST: readonly string[] = [
  "faults/kill-operators",
  "faults/kill",
  "faults/silence",
  "faults/consent",
  "faults/matrix",
  "faults/refused-apart",
  "faults/outages",
  "integration/limits/limits",
  "integration/api/costs",
  "security/fuzz",
  "integration/api/stop",
  "integration/consent/operators",
  "security/foreign",
  "integration/api/lookup",
  "integration/api/outages",
  "integration/idempotency/replays",
  "contract/bus/silence",
  "integration/demo/demo",
  "integration/api/secrets",
  "integration/consent/clock",
  "integration/consent/costs",
  "integration/flavours/flavours",
  "security/requests",
  "integration/api/self",
  "integration/rebuild/rebuild",
  "integration/api/restart",
  "integration/api/webhook",
];
