import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { SelfShape } from "../../../functions/http/self/self-shape.ts";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Api, type ApiCaller, openApi, problemOf, refusalOf } from "../../support/api.ts";
import { aPem } from "../../support/certificates.ts";
import { readEvents } from "../../support/event-reader.ts";
import { eventually } from "../../support/eventually.ts";
import { makeClient, makeSecret, ownRotatedOf, tokenStatus } from "../../support/make.ts";
import { type OwnClient, ownClient } from "../../support/own-client.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

/** A client that sees and rotates its own secrets, and nothing else, by a token that it bought with one of them. */

const Activity = z.object({
  items: z.array(z.looseObject({ action: z.string(), actor: z.looseObject({}) })),
});

let cloud: Cloud;
let api: Api;
let ann: ApiCaller;
let own: OwnClient;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
  ann = await api.customer();
  own = await ownClient(cloud, api, ann);
});

const granted = (who: ApiCaller = ann) => ownClient(cloud, api, who);

describe("a client that asked for keys.rotate", () => {
  test("asks for roles of two APIs in one registration, and one consent is to both", async () => {
    const { client } = own;
    const shown = await ann.call("GET", `/clients/${client.id}`);

    expect(shown.body).toMatchObject({
      roles: ["api.read", "keys.rotate"],
      consent: { state: "granted" },
    });
    expect((await ann.call("GET", "/about")).body).toMatchObject({
      selfRotation: { role: "keys.rotate", scope: cloud.settings["KEYS_SCOPE"] },
    });
  });

  test("sees itself with its secrets, and nothing of people's", async () => {
    const { client, keyId, call } = own;

    const answer = await call("GET", "/self");

    expect(answer.status).toBe(200);
    const { id, appId, displayName, roles } = client;
    expect(SelfShape().parse(answer.body)).toMatchObject({ id, appId, displayName, roles });
    const { secrets, credentials } = SelfShape().parse(answer.body);
    expect(secrets.map((secret) => secret.keyId)).toEqual([keyId]);
    expect(credentials).toMatchObject([{ id: keyId, kind: "secret" }]);
  });

  test("rotates the secret it signs in with, which is told and on record as its own doing", async () => {
    const { client, keyId, call } = await granted();
    const events = readEvents(cloud);

    const rotated = ownRotatedOf(
      await call("POST", "/self/rotate", {
        json: { graceHours: 1 },
        headers: { prefer: "wait=20" },
      }),
    );

    expect(rotated).toMatchObject({ replaced: { keyId }, ready: true });
    expect(await tokenStatus(client, rotated.secretText)).toBe(200);
    await eventually(
      () => events.typesOf(client.id),
      (types) => types.includes("secret.rotated"),
    );
    await events.stop();
    const { items } = Activity.parse(
      (await ann.call("GET", `/clients/${client.id}/activity`)).body,
    );
    expect(items.filter(({ action }) => action === "secret.rotated")).toMatchObject([
      { actor: { kind: "client", subject: client.appId }, credentialId: rotated.keyId },
    ]);
  });

  test("rotates no secret of another client, not of its own customer's either", async () => {
    const other = await makeClient(ann.call);
    const { keyId } = await makeSecret(ann.call, other.id);
    const foreign = await granted(await api.customer());

    for (const strange of [keyId, foreign.keyId, newId()])
      expect(refusalOf(await own.call("POST", "/self/rotate", { json: { keyId: strange } }))).toBe(
        "404 secret-not-found",
      );
    expect((await ann.call("GET", `/clients/${other.id}`)).body).toMatchObject({
      secrets: [{ keyId }],
    });
  });

  test("has idempotency keys of its own: another client's are none of its business", async () => {
    const [first, second] = [await granted(), await granted()];
    const ask = { json: {}, headers: { "idempotency-key": "rotate-2026-11" } };

    const made = ownRotatedOf(await first.call("POST", "/self/rotate", ask));
    const again = await first.call("POST", "/self/rotate", ask);
    const others = await second.call("POST", "/self/rotate", ask);
    const customers = await ann.call("POST", "/clients", {
      json: { displayName: "Under the same key" },
      headers: { "idempotency-key": "rotate-2026-11" },
    });

    expect([refusalOf(again), problemOf(again).keyId]).toEqual([
      "409 secret-value-already-returned",
      made.keyId,
    ]);
    expect([others.status, customers.status]).toEqual([201, 201]);
  });
});

test("a certificate is refused where the token endpoint takes secrets only, and with what a secret has", async () => {
  const json = { certificate: aPem() };

  const [refused, misused] = [
    await own.call("POST", "/self/rotate", { json }),
    await own.call("POST", "/self/rotate", { json: { ...json, lifetimeDays: 90 } }),
  ];

  expect([refusalOf(refused), refusalOf(misused)]).toEqual([
    "422 credential-kind-not-allowed",
    "400 invalid-request",
  ]);
});

describe("a client that may not, though its token is good for an hour", () => {
  const refused = async ({ call }: OwnClient) =>
    [await call("GET", "/self"), await call("POST", "/self/rotate", { json: {} })].map(
      ({ status, body }) => ({ status, body: { ...z.looseObject({}).parse(body), instance: "" } }),
    );

  test("suspended, revoked or deleted, is not told which", async () => {
    const [olga, bob] = [await api.olga(), await api.customer()];
    const [suspended, revoked, deleted] = [await granted(), await granted(bob), await granted(bob)];
    const json = { reason: "A leak" };
    await olga("POST", `/admin/clients/${suspended.client.id}/suspend`, { json });
    await olga("POST", `/admin/consents/${revoked.client.id}/revoke`, { json });
    await bob.call("DELETE", `/clients/${deleted.client.id}`);

    const nobody = await refused(deleted);

    expect(nobody.map(({ status }) => status)).toEqual([404, 404]);
    expect(await refused(suspended)).toEqual(nobody);
    expect(await refused(revoked)).toEqual(nobody);
  });
});

test("a client that names no roles asks for none of this service's own", async () => {
  expect((await makeClient(ann.call)).roles).toEqual(["api.read", "api.write"]);
});
