import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { readTopology } from "../../../infra/topology.ts";
import { startTestCloud } from "../../support/cloud.ts";
import type { SeenEvent } from "../../support/event-reader.ts";
import { eventually } from "../../support/eventually.ts";
import { type Ask, REMINDER } from "./asks.ts";
import { audit, type Damage, noDamage } from "./audit.ts";
import { runCampaign } from "./campaign.ts";
import { look, takeEvents } from "./found.ts";
import { createKillSwitch } from "./kill-switch.ts";
import { trailOf } from "./trail.ts";

/** Of both files together. `npm run faults` asks for the long campaign; `npm test` runs a slice of it. */
const KILLS = Number(process.env["FAULT_KILLS"] ?? 4);
const SEED = Number(process.env["FAULT_SEED"] ?? 20261121);
/** Some of them alone, separated by commas. */
const ONLY = process.env["FAULT_ASKS"]?.split(",");
const RECONCILE_AFTER_MS = 3_000;
const brief = <T extends object>(entity: T) => ({ ...entity, lockDuration: "PT2S" });

/**
 * A campaign on a cloud of its own, as tests: half of the kills over half of what is asked for, so that two files run side by side.
 *
 * @param among what is struck; what has to be done before it is done unharmed
 */
export function killCampaign(name: string, among: readonly Ask[]): void {
  const asks = among.filter((ask) => ONLY?.includes(ask) ?? true);
  if (asks.length === 0) throw new Error(`This file strikes none of ${ONLY}`);
  const kills = Math.ceil(KILLS / 2);
  const killSwitch = createKillSwitch();
  let cloud: Cloud;

  beforeAll(async () => {
    const topology = readTopology();
    cloud = await startTestCloud({
      hosts: 0,
      tap: killSwitch.tap,
      // A dead host's message comes back within two seconds instead of a minute. One is too little for a busy machine: a host
      // that gets no time to renew its locks has its messages taken away, until they are dead.
      topology: {
        ...topology,
        queues: topology.queues.map(brief),
        topics: topology.topics.map((topic) => ({
          ...topic,
          subscriptions: topic.subscriptions.map((one) =>
            one.name === "webhooks" ? brief(one) : one,
          ),
        })),
      },
      environment: {
        MAX_CLIENTS_PER_SUBSCRIPTION: "10000",
        SUBSCRIPTION_WRITES_PER_MINUTE: "100000",
        RECONCILE_AFTER: `PT${RECONCILE_AFTER_MS / 1000}S`,
        RECONCILE_SCHEDULE: "0 0 0 1 1 *",
        CONSENT_SWEEP_SCHEDULE: "0 0 0 1 1 *",
        OFFBOARD_GRACE: "PT2S",
        SECRET_REMINDERS: REMINDER,
        CARE_SCHEDULE: "0 0 0 1 1 *",
      },
    });
  });

  describe(`two hosts, killed at every step of every operation ${name}`, () => {
    test(
      `after ${kills} kills (seed ${SEED}) nothing is orphaned, lost, doubled or left`,
      async () => {
        const campaign = await runCampaign(cloud, killSwitch, {
          seed: SEED,
          kills,
          asks,
        });

        const events: SeenEvent[] = [];
        let letters = 0;
        let hooks = 0;
        let trail: readonly string[] = [];
        let damage: Damage = noDamage;
        // What a late directory shows of a create that was given up is deleted when it is asked again, and a channel that was away is
        // told a minute later; what found no room at a webhook is sent later too.
        await eventually(
          async () => {
            const seen = await look(cloud);
            letters = seen.letters.length;
            hooks = seen.hooks.length;
            // Whatever a webhook has got by then is on the topic.
            events.push(...(await takeEvents(cloud)));
            const found = { ...seen, events };
            damage = audit(found, campaign.wishes);
            trail = trailOf(damage, { ...campaign, found });
            return damage;
          },
          ({ orphans, retiredLate, noticesLost, hooksLost }) =>
            [orphans, retiredLate, noticesLost, hooksLost].every(({ length }) => length === 0),
          90_000,
          // What is damaged then is said below, with all that is known of it.
        ).catch(() => undefined);
        const unanswered = campaign.wishes.filter(({ answer }) => answer === undefined);

        console.info(
          JSON.stringify({
            kills: campaign.kills,
            answersLost: campaign.answersLost,
            mishaps: campaign.mishaps,
            operations: campaign.wishes.length,
            ...{ letters, hooks },
            steps: Object.fromEntries(
              Object.entries(campaign.steps).map(([ask, calls]) => [ask, calls.length]),
            ),
          }),
        );
        if (trail.length > 0) console.error(trail.join("\n"));
        expect(damage).toEqual(noDamage);
        expect(unanswered).toEqual([]);
        expect(campaign.kills).toBeGreaterThanOrEqual(kills);
      },
      // Of every operation that is struck, a healthy run shows the steps first; and not every blow meets a call, so that a kill takes
      // more than one. It ends what hangs, on a busy machine too.
      60_000 + (kills + Math.min(kills, asks.length)) * 20_000,
    );
  });
}
