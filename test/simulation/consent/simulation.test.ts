import { describe, expect, test } from "vitest";
import type { Odds } from "../fates.ts";
import { auditConsents } from "./audit.ts";
import { type SimulatedConsents, simulateConsents } from "./simulation.ts";

/** `npm run simulate` asks for thousands; one alone is `SIMULATIONS=1 SIMULATION_SEED=n`, which prints all that happened. */
const MANY = Number(process.env["SIMULATIONS"] ?? 40);
const FIRST = Number(process.env["SIMULATION_SEED"] ?? 1);
const ASKED = 25;
/** Of a thousand calls. In turn: everything at once; hosts that die; answers that are lost; a directory that refuses, and one that is late. */
const ODDS: readonly Odds[] = [
  { dies: 15, notNow: 10, unknown: 10, refused: 5, late: 20 },
  { dies: 30, notNow: 0, unknown: 0, refused: 0, late: 0 },
  { dies: 5, notNow: 20, unknown: 40, refused: 0, late: 0 },
  { dies: 10, notNow: 5, unknown: 5, refused: 40, late: 0 },
  { dies: 0, notNow: 0, unknown: 0, refused: 0, late: 200 },
];

const run = (seed: number) => simulateConsents(seed, ASKED, ODDS[seed % ODDS.length] as Odds);

/** Of each client, operation or decision that is damaged all that happened to it. */
function trail({ log }: SimulatedConsents, damage: readonly string[]): string {
  const ids = new Set(damage.join().match(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g));
  return log.filter((line) => [...ids].some((id) => line.includes(id))).join("\n");
}

describe("two hosts with the consent clock, whose administrators, channels and directory do as they like", () => {
  test(
    `leave no client unlisted, no alert lost, nothing untrue, in ${MANY} runs from seed ${FIRST} on`,
    async () => {
      const all: string[] = [];
      for (let seed = FIRST; seed < FIRST + MANY; seed += 1) {
        const simulated = await run(seed);
        const damage = await auditConsents(simulated);
        if (damage.length > 0) console.error(`seed ${seed}\n${trail(simulated, damage)}`);
        all.push(...damage.map((one) => `seed ${seed}, ${one}`));
        if (MANY === 1) console.info(simulated.log.join("\n"));
      }
      expect(all).toEqual([]);
    },
    60_000 + MANY * 1_000,
  );

  test("do the same for the same seed", async () => {
    const [one, other] = [await run(FIRST), await run(FIRST)];

    expect(one.log.length).toBeGreaterThan(ASKED);
    expect(other.log).toEqual(one.log);
  });
});
