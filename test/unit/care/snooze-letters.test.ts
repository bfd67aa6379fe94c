import { beforeEach, describe, expect, test } from "vitest";
import { snooze } from "../../../shared/care/snooze.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { snoozeOf } from "../../../shared/clients/known-secrets.ts";
import { EVERY_CLIENT } from "../../../shared/clients/watch.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import type { life } from "../../doubles/mortal.ts";
import { type CareWorld, careWorld } from "../../support/care-world.ts";
import type { TestProduct } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

let world: CareWorld;
let product: TestProduct;
let mail: CareWorld["mail"];
let client: ClientRecord;
async function begin(process?: ReturnType<typeof life>) {
  world = await careWorld(process);
  ({ product, mail, client } = world);
}
beforeEach(() => begin());

const deps = () => world.deps();
const run = () => world.run();
const watches: CareWorld["watches"] = (...asked) => world.watches(...asked);
const aSecret: CareWorld["aSecret"] = (...asked) => world.aSecret(...asked);
const passDays = (days: number) => world.passDays(days);
const told = (type: string) => world.told(type);
const subjects = (to?: string) => world.subjects(to);

describe("a snooze", () => {
  const snoozes = (keyId: string, until: Date | undefined, clientId = client.id) =>
    snooze(
      { ...deps(), events: product.events },
      { subscription: "contoso", by: ANN, clientId, keyId, until },
    );
  const inDays = (days: number) => new Date(product.runtime.now().getTime() + days * DAY_MS);

  test("keeps reminders back until its end, and not that it has expired", async () => {
    await watches("ann");
    const keyId = await aSecret(31);
    await run();
    const asked = await snoozes(keyId, inDays(25));
    expect(asked).toMatchObject({ ok: true, value: { snoozedUntil: inDays(25) } });
    passDays(24.5);
    await run();
    expect(subjects()).toEqual([]);
    passDays(0.6);
    await run();
    // P30D and P7D came due meanwhile: one letter.
    expect(subjects()).toEqual(["A secret of “Nightly import” expires in 6 days"]);
    expect(told("secret.expiring")).toMatchObject([{ threshold: "P7D" }]);
    await snoozes(keyId, inDays(100));
    passDays(7);
    await run();
    expect(subjects().at(-1)).toBe("A secret of “Nightly import” has expired");
    expect(subjects()).toHaveLength(2);
  });

  test("is shown when its client comes back, though it came while the client was being deleted", async () => {
    const by = { subscription: "contoso", by: ANN, clientId: client.id };
    const keyId = await aSecret(31);
    const until = inDays(10);
    const { directory, records } = product;
    const remove = directory.delete;
    directory.delete = async (...asked) => {
      await snoozes(keyId, until);
      return remove(...asked);
    };
    await deleteClient(product, by);

    await restoreClient(product, { ...by, as: "customer" });

    const back = await records.client("contoso", client.id);
    expect(back && snoozeOf(back.record, keyId)).toEqual(until);
  });

  test("keeps back what was to stand in the next letter, too", async () => {
    await watches("ann", { of: EVERY_CLIENT });
    await aSecret(31, "One");
    product.runtime.pass(HOUR_MS);
    const keyId = await aSecret(31, "Two");
    passDays(1);
    product.runtime.pass(-HOUR_MS);
    await run();
    product.runtime.pass(HOUR_MS);
    await run();
    expect(told("secret.expiring")).toHaveLength(2);
    await snoozes(keyId, inDays(10));

    passDays(1);
    await run();

    expect(mail.taken.map(({ text }) => text.includes("“Two”"))).toEqual([false]);
    // The next one of it comes in its time, and nothing of this one.
    passDays(22);
    await run();
    expect(subjects().at(-1)).toBe("Secrets: 2 about to expire");
  });

  test("that is taken back has them come as they are set", async () => {
    await watches("ann");
    const keyId = await aSecret(31);
    await run();
    await snoozes(keyId, inDays(25));
    passDays(2);
    await run();
    await snoozes(keyId, undefined);
    await run();
    expect(subjects()).toEqual(["A secret of “Nightly import” expires in 29 days"]);
  });

  test("that is taken back while the other host works off what is due has them come all the same", async () => {
    await watches("ann");
    const keyId = await aSecret(31);
    await run();
    await snoozes(keyId, inDays(25));
    passDays(2);
    await run();
    const { index } = deps();
    const put: typeof index.put = async (entries, now) => {
      await index.put(entries, now);
      await run();
    };
    await snooze(
      { ...deps(), events: product.events, index: { put } },
      { subscription: "contoso", by: ANN, clientId: client.id, keyId, until: undefined },
    );

    await run();

    expect(subjects()).toEqual(["A secret of “Nightly import” expires in 29 days"]);
  });

  test("is found by its day, whatever else its customer does", async () => {
    const keyId = await aSecret(31);
    passDays(10);
    await snoozes(keyId, inDays(5));

    const { rows } = await product.journalTable.page({ partition: "day-2026-03-12" }, 9);
    expect(rows.map(({ row }) => row["subscription"])).toEqual(["contoso"]);
  });

  test("is said by the client's own record too, for as long as the secret is there", async () => {
    const [keyId, other] = [await aSecret(31), await aSecret(31)];
    const said = async () => {
      const found = await product.records.client("contoso", client.id);
      return [keyId, other].map((key) => found && snoozeOf(found.record, key));
    };
    await snoozes(keyId, inDays(5));
    expect(await said()).toEqual([inDays(5), undefined]);
    // No longer than it lives.
    await snoozes(keyId, inDays(100));
    expect(await said()).toEqual([inDays(31), undefined]);
    await snoozes(other, inDays(5));
    await snoozes(keyId, undefined);
    expect(await said()).toEqual([undefined, inDays(5)]);
    await removeSecret(product, {
      ...{ subscription: "contoso", by: ANN, clientId: client.id, keyId: other },
    });
    expect(await said()).toEqual([undefined, undefined]);
  });

  test("is on record, and is of the caller's own secrets, while their client is there", async () => {
    const keyId = await aSecret(31);
    await snoozes(keyId, inDays(5));
    const { rows } = await product.clientsTable.page({ from: "activity:", before: "activity;" }, 9);
    expect(rows.map(({ row }) => [row["action"], row["credentialId"]])).toContainEqual([
      "secret.rescheduled",
      keyId,
    ]);
    expect(await snoozes(keyId, inDays(5), crypto.randomUUID())).toMatchObject({
      refusal: { reason: "not-found" },
    });
    await deleteClient(product, { subscription: "contoso", by: ANN, clientId: client.id });
    expect(await snoozes(keyId, inDays(5))).toMatchObject({ refusal: { reason: "not-found" } });
  });
});
