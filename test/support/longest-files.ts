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
  "integration/consent/clock",
  "integration/limits/limits",
  "integration/api/stop",
  "integration/consent/operators",
  "integration/api/outages",
  "integration/demo/demo",
  "integration/api/lookup",
  "integration/api/secrets",
  "integration/consent/costs",
  "security/fuzz",
  "security/leaks",
  "contract/bus/silence",
];
