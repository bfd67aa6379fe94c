import { expect, test } from "vitest";
import { ConsentItemListShape } from "../../../functions/http/admin/admin-shapes.ts";
import { openTable } from "../../../shared/adapters/records/connect.ts";
import { openApi } from "../../support/api.ts";
import { NO_SWEEPS } from "../../support/cloud.ts";
import { eventually } from "../../support/eventually.ts";
import { makeClient } from "../../support/make.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

test("a client that is on no list, since its message was lost, is listed within the hour, and its administrators are told", async () => {
  const cloud = await sharedCloud();
  const api = await openApi(cloud);
  const olga = await api.olga();
  const { call, subscription } = await api.customer();
  const displayName = `Lost ${newId()}`;
  const { id } = await makeClient(call, displayName);
  const told = () =>
    cloud.inbox
      .alerts()
      .filter(({ clientId, channel }) => clientId === id && channel === "webhook")
      .map(({ stage }) => stage);
  await eventually(told, (stages) => stages.length > 0);
  const listed = async () => {
    const { body } = await olga("GET", `/admin/consents?text=${encodeURIComponent(displayName)}`);
    return ConsentItemListShape()
      .parse(body)
      .items.map(({ clientId }) => clientId);
  };
  expect(await listed()).toEqual([id]);

  // As if nobody had ever heard of it, for an hour.
  const connection = {
    kind: "connectionString",
    connectionString: cloud.addresses.tables,
  } as const;
  await openTable(connection, "consents").delete("pending", id);
  const clients = openTable(connection, "clients");
  const found = (await clients.get(subscription, `client:${id}`)) ?? expect.fail();
  const consentRequestedAt = new Date(Date.now() - 3_600_000).toISOString();
  await clients.replace({ ...found.row, consentRequestedAt }, found.etag);
  expect(await listed()).toEqual([]);

  const host = await cloud.startHost({
    environment: { ...NO_SWEEPS, CONSENT_REVOCATION_EVERY: "PT0.001S" },
  });
  await host.runNow("consent-revocations");
  await eventually(told, (stages) => stages.length > 1);
  expect(told()).toEqual(["requested", "requested"]);
  expect(await listed()).toEqual([id]);
  await host.stop();
}, 60_000);
