import { beforeAll, describe, expect, test } from "vitest";
import { SecretShape } from "../../../functions/http/shapes.ts";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Api, openApi, problemOf, refusalOf } from "../../support/api.ts";
import { eventually } from "../../support/eventually.ts";
import {
  clientOf,
  makeClient,
  makeSecret,
  rotatedOf,
  secretOf,
  tokenStatus,
} from "../../support/make.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
});

const DAY_MS = 86_400_000;

describe("a rotation", () => {
  test("leaves both secrets working until the grace is over, and then the new one", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    const old = await makeSecret(call, client.id, "Production");
    const at = `/clients/${client.id}/secrets/${old.keyId}`;

    const answer = await call("POST", `${at}/rotate`, { json: { lifetimeDays: 30 } });

    expect(answer.status).toBe(201);
    const made = rotatedOf(answer);
    expect(made.displayName).toBe("Production");
    const { retiresAt = "" } = made.replaced;
    expect(Date.parse(retiresAt) - Date.parse(made.createdAt)).toBe(DAY_MS);
    const works = ({ secretText }: { secretText: string }) => tokenStatus(client, secretText);
    expect([await works(old), await works(made)]).toEqual([200, 200]);
    const shown = SecretShape().parse((await call("GET", at)).body);
    expect(shown).toMatchObject({ keyId: old.keyId, retiresAt });
    const read = clientOf(await call("GET", `/clients/${client.id}`));
    expect(read.secrets.map((secret) => secret.retiresAt)).toEqual([retiresAt, undefined]);

    // The message comes when it is time, over the bus.
    // As .NET and Python write a time.
    const retiring = new Date().toISOString().replace("Z", "+00:00");
    const now = await call("PATCH", at, { json: { retiresAt: retiring } });
    expect(now.status).toBe(200);
    await eventually(
      async () => (await call("GET", at)).status,
      (status) => status === 404,
    );
    expect([await works(old), await works(made)]).toEqual([400, 200]);
  });

  test("is called off, and refused for what is not there or wrong", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    const { keyId } = await makeSecret(call, client.id);
    const at = `/clients/${client.id}/secrets/${keyId}`;
    expect((await call("POST", `${at}/rotate`, { json: {} })).status).toBe(201);

    const stays = await call("PATCH", at, { json: { retiresAt: null } });
    const snoozedUntil = new Date(Date.now() + DAY_MS).toISOString();
    await call("PATCH", at, { json: { snoozedUntil } });
    expect((await call("GET", at)).body).toMatchObject({ snoozedUntil });
    const { secrets } = clientOf(await call("GET", `/clients/${client.id}`));
    expect(secrets.map((secret) => secret.snoozedUntil)).toEqual([snoozedUntil, undefined]);

    expect(stays.body).not.toHaveProperty("retiresAt");
    expect((await call("GET", at)).body).not.toHaveProperty("retiresAt");
    const full = await call("POST", `${at}/rotate`, { json: {} });
    expect(refusalOf(full)).toBe("409 secret-limit-reached");
    for (const json of [{ graceHours: 721 }, { graceHours: -1 }, { replaces: "x" }, { grace: 1 }])
      expect(refusalOf(await call("POST", `${at}/rotate`, { json }))).toBe("400 invalid-request");
    for (const json of [{}, { retiresAt: "soon" }])
      expect(refusalOf(await call("PATCH", at, { json }))).toBe("400 invalid-request");
    const unknown = `/clients/${client.id}/secrets/${newId()}`;
    expect(refusalOf(await call("POST", `${unknown}/rotate`, { json: {} }))).toBe(
      "404 secret-not-found",
    );
  });
});

describe("an Idempotency-Key", () => {
  const under = (key: string, json: unknown) => ({ json, headers: { "idempotency-key": key } });

  test("gives the first answer of a create again, and makes nothing", async () => {
    const { call } = await api.customer();
    const key = newId();

    const first = await call("POST", "/clients", under(key, { displayName: "Once" }));
    cloud.directory.resetRequests();
    const second = await call("POST", "/clients", under(key, { displayName: "Once" }));

    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(cloud.directory.requests()).toEqual([]);
  });

  test("belongs to one request: another body is refused", async () => {
    const { call } = await api.customer();
    const key = newId();
    await call("POST", "/clients", under(key, { displayName: "Once" }));

    const other = await call("POST", "/clients", under(key, { displayName: "Twice" }));

    expect(refusalOf(other)).toBe("422 idempotency-key-reused");
  });

  test("belongs to one subscription", async () => {
    const [ann, bob] = [await api.customer(), await api.customer()];
    const key = newId();
    const body = { displayName: "Once" };

    const first = clientOf(await ann.call("POST", "/clients", under(key, body)));
    const second = clientOf(await bob.call("POST", "/clients", under(key, body)));

    expect(second.id).not.toBe(first.id);
  });

  test("sent twice at once works once; the other is told to come back", async () => {
    const { call } = await api.customer();
    const request = under(newId(), { displayName: "Once" });
    // So long that the second comes while the first is under way, however slow the machine.
    await cloud.setFaults({ directory: { latencyMs: 2_000 } });

    const answers = await Promise.all([
      call("POST", "/clients", request),
      call("POST", "/clients", request),
    ]);

    await cloud.setFaults({});
    expect(answers.map(refusalOf).sort()).toEqual(["201 done", "409 request-in-progress"]);
    const late = answers.find(({ status }) => status === 409);
    expect(Number(late?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect((await call("GET", "/clients")).body).toMatchObject({ items: [{}] });
  });

  test("never shows a secret's value again, nor makes another", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    const request = under(newId(), { displayName: "Production" });
    const path = `/clients/${client.id}/secrets`;

    const first = secretOf(await call("POST", path, request));
    const second = await call("POST", path, request);

    expect(refusalOf(second)).toBe("409 secret-value-already-returned");
    expect(problemOf(second).keyId).toBe(first.keyId);
    expect(JSON.stringify(second.body)).not.toContain(first.secretText);
    expect(clientOf(await call("GET", `/clients/${client.id}`)).secrets).toHaveLength(1);
  });
});
