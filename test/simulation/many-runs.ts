import { expect, test } from "vitest";
import type { Ran } from "./crew.ts";
import type { Odds } from "./fates.ts";

/** Nothing goes wrong: what doctors begin with. */
export const CALM: Odds = { dies: 0, notNow: 0, unknown: 0, refused: 0, late: 0 };

const FIRST = Number(process.env["SIMULATION_SEED"] ?? 1);

interface Runs<Run extends Ran> {
  /** With each `npm test`. */
  readonly usually: number;
  /** How much is asked in a run. */
  readonly asked: number;
  /** Of a thousand calls; in turn. */
  readonly odds: readonly Odds[];
  simulate(seed: number, asked: number, odds: Odds): Promise<Run>;
  /** Everything that is not as it should be. */
  audit(run: Run): Promise<readonly string[]>;
}

/**
 * Tests that no run is damaged, and that a seed is always the same run. `npm run simulate` asks for thousands; one alone is
 * `SIMULATIONS=1 SIMULATION_SEED=n`, which prints all that happened.
 */
export function testRuns<Run extends Ran>(
  promise: string,
  { usually, asked, odds, simulate, audit }: Runs<Run>,
): void {
  const many = Number(process.env["SIMULATIONS"] ?? usually);
  const run = (seed: number) => simulate(seed, asked, odds[seed % odds.length] as Odds);

  test(
    `${promise}, in ${many} runs from seed ${FIRST} on`,
    async () => {
      let deaths = 0;
      const all: string[] = [];
      for (let seed = FIRST; seed < FIRST + many; seed += 1) {
        const simulated = await run(seed);
        const damage = await audit(simulated);
        if (damage.length > 0) console.error(`seed ${seed}\n${trail(simulated, damage)}`);
        all.push(...damage.map((one) => `seed ${seed}, ${one}`));
        deaths += simulated.deaths;
        if (many === 1) console.info(simulated.log.join("\n"));
      }
      expect(all).toEqual([]);
      // One alone may be of the odds at which nobody dies.
      if (many >= odds.length) expect(deaths).toBeGreaterThan(many);
    },
    60_000 + many * 1_000,
  );

  test("do the same for the same seed", async () => {
    const [one, other] = [await run(FIRST), await run(FIRST)];

    expect(one.log.length).toBeGreaterThan(asked);
    expect(other.log).toEqual(one.log);
  });
}

/** Of whatever is damaged, all that happened to it. */
function trail({ log }: Ran, damage: readonly string[]): string {
  const ids = new Set(damage.join().match(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g));
  return log.filter((line) => [...ids].some((id) => line.includes(id))).join("\n");
}
