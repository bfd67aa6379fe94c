import { beforeEach, expect, test } from "vitest";
import { lineKey } from "../../../shared/adapters/records/letter-rows.ts";
import { EVERY_CLIENT } from "../../../shared/clients/watch.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { type CareWorld, careWorld } from "../../support/care-world.ts";
import { aClient } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

let world: CareWorld;
/** Ann and Bob of contoso, and Eve of fabrikam, who comes after them, are to be told of a secret. */
beforeEach(async () => {
  world = await careWorld();
  const { product } = world;
  const { id: clientId } = await aClient(product, { subscription: "fabrikam" });
  const secret = { displayName: "Theirs", lifetimeDays: 8 };
  await addSecret(product, { subscription: "fabrikam", clientId, by: ANN, ...secret });
  await world.watches("ann");
  await world.watches("bob");
  const eve = { subscription: "fabrikam", of: EVERY_CLIENT, email: "eve@fabrikam.example" };
  await world.watches("eve", eve);
  await world.aSecret(8);
  world.passDays(1.01);
});
const addressees = () => world.mail.taken.map(({ to }) => to);

test("a letter that cannot be written keeps nobody else from theirs", async () => {
  const { mail } = world;
  const send = mail.send.bind(mail);
  Object.assign(mail, {
    send: async (letter: Parameters<typeof send>[0]) => {
      if (letter.to.startsWith("ann@")) throw new TypeError("A defect");
      return send(letter);
    },
  });

  expect(await world.run()).toMatchObject({ sent: 2, putOff: 1 });

  expect(addressees()).toEqual(["bob@contoso.example", "eve@fabrikam.example"]);
});

test("a line that nobody can read keeps nobody else from theirs", async () => {
  const { product } = world;
  const line = { person: "ann", keyId: "?", mark: "P7D", clientId: "?" };
  const at = new Date(0);
  const names = { clientName: "", secretName: "", expiresAt: at, since: at };
  await product.clientsTable.insert({
    ...lineKey("contoso", { ...line, ...names }),
    person: "ann",
  });

  expect(await world.run()).toMatchObject({ sent: 3 });

  expect(addressees()).toEqual([
    "ann@contoso.example",
    "bob@contoso.example",
    "eve@fabrikam.example",
  ]);
});

test("a note of who has letters that nobody can read keeps nobody else from theirs", async () => {
  await world.product.journalTable.insert({ partitionKey: "letters", rowKey: "a" });

  expect(await world.run()).toMatchObject({ sent: 3 });
});

test("a watch that nobody can read keeps nobody else from their letter", async () => {
  const { clientsTable } = world.product;
  await clientsTable.replace({ partitionKey: "contoso", rowKey: "watch:ann:all" });
  expect(await world.run()).toMatchObject({ failed: 0, sent: 3 });
  expect(addressees()).toContain("bob@contoso.example");
});

test("that somebody wants no mail is passed over by nobody, though nobody can read since when, and keeps nobody else from theirs", async () => {
  const { clientsTable } = world.product;
  await clientsTable.replace({ partitionKey: "contoso", rowKey: "watch:ann:silent" });

  expect(await world.run()).toMatchObject({ failed: 0, sent: 2 });

  expect(addressees()).toEqual(["bob@contoso.example", "eve@fabrikam.example"]);
});
