import { spawnSync } from "node:child_process";

/**
 * `npm run faults:consent`: the long versions of what `npm test` has slices of. 500 pending consents and two hosts killed at
 * random for a minute, once with every channel well and once with each failing one call in five; the costs of a sweep with a
 * hundred thousand clients in the records.
 */
const long = {
  CONSENT_PENDING: "500",
  CONSENT_KILL_SECONDS: "60",
  CONSENT_SLA_SECONDS: "60",
  CONSENT_ABANDONED_SECONDS: "15",
};
const runs: readonly (readonly [args: readonly string[], environment: Record<string, string>])[] = [
  [["--project", "faults", "test/faults/consent.test.ts"], { ...long, CONSENT_FAILING: "0" }],
  [["--project", "faults", "test/faults/consent.test.ts"], { ...long, CONSENT_FAILING: "0.2" }],
  [
    ["--project", "integration", "test/integration/consent/costs.test.ts"],
    { CONSENT_CLIENTS: "100000", CONSENT_WAITING: "5000" },
  ],
];

for (const [args, environment] of runs) {
  const { status } = spawnSync("vitest", ["run", ...args], {
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  if (status !== 0) process.exitCode = 1;
}
