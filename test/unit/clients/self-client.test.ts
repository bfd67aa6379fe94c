import { expect, test } from "vitest";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { rememberedLeads } from "../../../shared/clients/leads.ts";
import { selfClient } from "../../../shared/clients/self-client.ts";
import { aClient, testProduct } from "../../support/product.ts";
import { aRecord, NOON, newId } from "../../support/samples.ts";

const { consent } = aRecord();
const GRANTED: Partial<ClientRecord> = {
  roles: ["api.read", "keys.rotate"],
  consent: { ...consent, state: "granted" },
};
const SUSPENDED = { by: "operator", reason: "A leak", at: NOON } as const;

async function ask(changes: Partial<ClientRecord>) {
  const product = testProduct();
  const client = await aClient(product);
  const { records, directory } = product;
  const { version = "" } = (await records.client(client.subscription, client.id)) ?? {};
  expect(await records.save({ ...client, ...changes }, version)).toBe(true);
  const deps = { records, directory, leads: rememberedLeads() };
  return { client, found: await selfClient(deps, client.appId) };
}

test("a client with the role and its consent is known by its client id", async () => {
  const { client, found } = await ask(GRANTED);

  expect(found).toMatchObject({ id: client.id, subscription: client.subscription });
});

test.each<[string, Partial<ClientRecord>]>([
  ["without the role", { ...GRANTED, roles: ["api.read", "api.write"] }],
  ["that waits for its consent", { ...GRANTED, consent }],
  ["that was rejected", { ...GRANTED, consent: { ...consent, state: "rejected" } }],
  ["whose consent was revoked", { ...GRANTED, consent: { ...consent, state: "revoked" } }],
  ["that is suspended", { ...GRANTED, suspended: SUSPENDED }],
])("a client %s is nobody, whatever its token says", async (_, changes) => {
  expect((await ask(changes)).found).toBeUndefined();
});

test("an application that is nobody's client is nobody", async () => {
  const { records, directory } = testProduct();

  expect(await selfClient({ records, directory, leads: rememberedLeads() }, newId())).toBe(
    undefined,
  );
});
