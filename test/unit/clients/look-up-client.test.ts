import { expect, test } from "vitest";
import { leadOf, subscriptionTag } from "../../../shared/adapters/directory/tags.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { rememberedLeads } from "../../../shared/clients/leads.ts";
import { lookUpClient } from "../../../shared/clients/look-up-client.ts";
import type { Lead } from "../../../shared/clients/ports.ts";
import { aClient, testProduct } from "../../support/product.ts";
import { newId } from "../../support/samples.ts";

/** A product whose directory counts how often it is asked whose an application is. */
function world() {
  const product = testProduct();
  let located = 0;
  const directory = {
    locate: (appId: string) => {
      located += 1;
      return product.directory.locate(appId);
    },
  };
  const deps = { directory, records: product.records, leads: rememberedLeads() };
  return { product, deps, located: () => located };
}
const NOBODY = { ok: false, refusal: { reason: "no-such-client", maxAgeSeconds: 5 } };

test("a client is found by its client id: the directory is asked once, the records each time", async () => {
  const { product, deps, located } = world();
  const client = await aClient(product, { subscription: "Zoë / 1" });

  const answers = [await lookUpClient(deps, client.appId), await lookUpClient(deps, client.appId)];

  expect(answers).toEqual([
    { ok: true, value: client },
    { ok: true, value: client },
  ]);
  expect(located()).toBe(1);
  expect(product.clientsTable.calls).toEqual(["get client:", "get client:"]);
});

test("what was found once is found while the directory is away, and not before", async () => {
  const { product, deps } = world();
  const known = await aClient(product);
  const strange = await aClient(product);
  await lookUpClient(deps, known.appId);
  const away = new RemoteUnavailable("directory", { executed: "no" });
  product.directory.failNext("locate", away);

  await expect(lookUpClient(deps, strange.appId)).rejects.toBe(away);
  product.directory.failNext("locate", away);
  expect((await lookUpClient(deps, known.appId)).ok).toBe(true);
});

test("a client that was deleted is nobody's, also where it was known", async () => {
  const { product, deps, located } = world();
  const client = await aClient(product);
  await lookUpClient(deps, client.appId);
  await product.records.remove(client, product.runtime.now());

  expect(await lookUpClient(deps, client.appId)).toEqual(NOBODY);
  expect(located()).toBe(1);
  // What turned out to be wrong is remembered no longer.
  expect(await lookUpClient(deps, client.appId)).toEqual(NOBODY);
  expect(located()).toBe(2);
});

test("an application that only says that it is a customer's is nobody's", async () => {
  const { product } = world();
  const client = await aClient(product);
  const key = (await product.directory.locate(client.appId))?.subscriptionKey ?? "";
  const planted: Lead[] = [
    { clientId: newId(), subscriptionKey: key },
    // The tags of a client that exists, on another application.
    { clientId: client.id, subscriptionKey: key },
  ];

  for (const lead of planted) {
    const deps = {
      directory: { locate: async () => lead },
      records: product.records,
      leads: rememberedLeads(),
    };
    expect(await lookUpClient(deps, newId())).toEqual(NOBODY);
  }
});

test.each([
  ["none of ours", ["latchkey", "WindowsAzureActiveDirectoryIntegratedApp"], undefined],
  ["ours", ["latchkey", subscriptionTag("a b")], "a_20b"],
  ["with what no key holds", ["latchkey:subscription:a'/b"], undefined],
  ["with nothing", ["latchkey:subscription:"], undefined],
])("tags that are %s", (_, tags, subscriptionKey) => {
  expect(leadOf("id", tags)).toEqual(subscriptionKey && { clientId: "id", subscriptionKey });
});

test("what is remembered is bounded, and who was asked for least recently goes first", () => {
  const leads = rememberedLeads(2);
  const lead = { clientId: "id", subscriptionKey: "key" };
  for (const appId of ["a", "b", "a", "c"]) leads.keep(appId, lead);

  expect(["a", "b", "c"].filter((appId) => leads.get(appId))).toEqual(["a", "c"]);
});
