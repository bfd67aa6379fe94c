import { expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { type DeliverDeps, deliver } from "../../../shared/care/webhooks/deliver.ts";
import { CONTOSO, Killed, REFUSED, TAKEN, webhookWorld } from "../../support/webhook-world.ts";

type World = ReturnType<typeof webhookWorld>;

/** A host that dies at its n-th call of anything outside: before it, or when it is done and nobody has heard of it. */
function mortal(world: World, n: number, when: "before" | "after") {
  let calls = 0;
  const watched = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return async (...args: readonly unknown[]) => {
          calls += 1;
          if (calls === n && when === "before") throw new Killed();
          const result: unknown = await Reflect.apply(method, target, args);
          if (calls === n && when === "after") throw new Killed();
          return result;
        };
      },
    });
  const { webhooks, caller, queue, events, journal, mail } = world;
  return {
    host: (): DeliverDeps =>
      world.host({
        webhooks: watched(webhooks),
        caller: watched(caller),
        queue: watched(queue),
        events: watched(events),
        journal: watched(journal),
        mail: watched(mail),
      }),
    died: () => calls >= n,
  };
}

/** Service Bus gives a message that nobody has completed to the next host. */
async function untilDone(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
}

/** One event that is refused twice and then taken; then one that nobody takes, until the webhook is switched off. */
async function story(world: World, host: () => DeliverDeps): Promise<void> {
  await world.set();
  world.answers(REFUSED);
  const taken = world.event();
  await untilDone(() => deliver(host(), taken));
  await untilDone(() => world.next(host()));
  world.answers(TAKEN);
  while (world.queue.waiting().length > 0) await untilDone(() => world.next(host()));
  world.answers(REFUSED);
  const refused = world.event({ type: "client.deleted" });
  await untilDone(() => deliver(host(), refused));
  while (world.queue.waiting().length > 0) await untilDone(() => world.next(host()));
}

test.each(["before", "after"] as const)(
  "a host may be killed %s any step: nothing is lost, and what comes again has its id",
  async (when) => {
    let kills = 0;
    for (let n = 1; ; n += 1) {
      const world = webhookWorld();
      const { host, died } = mortal(world, n, when);
      await story(world, host);
      if (!died()) break;
      kills += 1;

      const types = Map.groupBy(
        world.received,
        ({ body }) => (JSON.parse(body) as { type: string }).type,
      );
      for (const [type, requests] of types) {
        const ids = new Set(requests.map(({ headers }) => headers["webhook-id"]));
        expect(ids.size, `${when} ${n} ${type}`).toBe(1);
      }
      // Three tries and at most one more for the kill; then ten and one.
      expect(types.get("client.renamed")?.length, `${when} ${n}`).toBeLessThanOrEqual(4);
      expect(types.get("client.deleted")?.length, `${when} ${n}`).toBeLessThanOrEqual(11);
      expect((await world.webhook()).disabled, `${when} ${n}`).toMatchObject({ told: true });
      expect(world.events.published, `${when} ${n}`).toHaveLength(1);
      expect(world.mail.taken, `${when} ${n}`).toHaveLength(1);
      const { entries } = await activityRecords(world.clients).activity(CONTOSO, {}, 100);
      const actions = entries.map(({ action }) => action);
      expect(actions, `${when} ${n}`).toEqual(["webhook.disabled", "webhook.set"]);
    }
    expect(kills).toBeGreaterThan(40);
  },
);
