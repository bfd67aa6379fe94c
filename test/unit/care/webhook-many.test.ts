import { expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { PersonMail } from "../../../shared/care/ports.ts";
import { deliver } from "../../../shared/care/webhooks/deliver.ts";
import { CONTOSO, webhookWorld } from "../../support/webhook-world.ts";

const MINUTE_MS = 60_000;

test("that it was switched off everybody hears, however few letters go out in a minute, and each once", async () => {
  const world = webhookWorld();
  await world.set();
  const since = world.runtime.now();
  for (let person = 0; person < 25; person += 1)
    await world.watches.watch({
      ...{ subscription: CONTOSO, of: "all", since, by: "person" },
      ...{ person: `p${person}`, email: `p${person}@contoso.example` },
    });
  const went: number[] = [];
  const tenAMinute: PersonMail = {
    send: async (letter) => {
      const now = world.runtime.now().getTime();
      if (went.filter((at) => now - at < MINUTE_MS).length >= 10)
        throw new RemoteUnavailable("alerts", {
          ...{ executed: "no", throttled: true, retryAfterSeconds: 60 },
        });
      went.push(now);
      return world.mail.send(letter);
    },
  };
  world.answers({ kind: "answered", status: 410 });

  expect(await deliver(world.host({ mail: tenAMinute }), world.event())).toBe("put-off");
  for (let again = 0; again < 10 && world.queue.waiting().length > 0; again += 1)
    await world.next(world.host({ mail: tenAMinute }));

  expect(new Set(world.mail.taken.map(({ to }) => to)).size).toBe(26);
  expect(world.mail.tries()).toBe(26);
  expect((await world.webhook()).disabled).toMatchObject({ told: true });
  expect(world.events.published).toHaveLength(1);
});
