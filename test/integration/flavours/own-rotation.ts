import { X509Certificate } from "node:crypto";
import { expect } from "vitest";
import * as z from "zod";
import { SelfShape } from "../../../functions/http/self/self-shape.ts";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { openApi, refusalOf } from "../../support/api.ts";
import { aPem } from "../../support/certificates.ts";
import { makeFederated } from "../../support/make.ts";
import { ownClient } from "../../support/own-client.ts";

const Rotated = z.object({
  kind: z.string(),
  keyId: z.guid(),
  replaced: z.object({ keyId: z.guid(), retiresAt: z.iso.datetime() }),
});
const Activity = z.object({
  items: z.array(z.looseObject({ action: z.string(), actor: z.looseObject({}) })),
});

const Report = z.object({
  clients: z.array(
    z.object({ id: z.guid(), secrets: z.array(z.object({ kind: z.string(), keyId: z.guid() })) }),
  ),
});

/** Without the sweep of consents, which asks in batches whenever the minute turns. */
const asked = (cloud: Cloud): string[] =>
  cloud.directory
    .requests()
    .map(({ name }) => name)
    .filter((name) => name !== "POST /$batch");

/**
 * A client with a credential of every kind sees them all, and replaces its secret and its certificate by a token that Entra has
 * issued to it.
 */
export async function rotatesByItself(cloud: Cloud): Promise<void> {
  const api = await openApi(cloud);
  const ann = await api.customer();
  const { client, keyId: secret, call, buy } = await ownClient(cloud, api, ann);
  const at = `/clients/${client.id}/certificates`;
  const certificateOf = (body: unknown) => z.object({ keyId: z.guid() }).parse(body).keyId;
  const json = { certificate: aPem(), displayName: "Import" };
  const certificate = certificateOf((await ann.call("POST", at, { json })).body);
  const trust = await makeFederated(ann.call, client.id);
  const shown = async () => SelfShape().parse((await call("GET", "/self")).body).credentials;
  const listed = await ann.call("GET", `/clients/${client.id}/credentials`);

  // A host that has not met it yet looks for whose it is.
  await shown();
  cloud.directory.resetRequests();
  const before = await shown();
  expect(asked(cloud)).toEqual([READ, TRUSTS]);
  expect({ items: before }).toEqual(listed.body);
  expect(before.map(({ id, kind }) => [id, kind])).toEqual([
    [secret, "secret"],
    [certificate, "certificate"],
    [trust.id, "federated"],
  ]);

  const ofSecret = Rotated.parse((await call("POST", "/self/rotate", { json: {} })).body);
  expect([ofSecret.kind, ofSecret.replaced.keyId]).toEqual(["secret", secret]);
  const pem = aPem();
  const ask = { json: { certificate: pem }, headers: { "idempotency-key": "next-certificate" } };
  cloud.directory.resetRequests();
  const rotated = await call("POST", "/self/rotate", ask);
  const names = asked(cloud);
  expect([rotated.status, names]).toEqual([201, [READ, READ, WRITE, READ]]);
  const next = Rotated.parse(rotated.body);
  expect([next.kind, next.replaced.keyId]).toEqual(["certificate", certificate]);
  expect(rotated.body).toMatchObject({
    displayName: "Import",
    thumbprintSha256: new X509Certificate(pem).fingerprint256.replaceAll(":", ""),
  });

  const again = await call("POST", "/self/rotate", ask);
  expect([again.headers.get("idempotent-replayed"), again.body]).toEqual([
    "true",
    { ...z.looseObject({}).parse(rotated.body), replaced: expect.objectContaining(next.replaced) },
  ]);
  const retiring = (await shown()).flatMap(({ id, retiresAt }) => (retiresAt ? [id] : []));
  expect(retiring.toSorted()).toEqual([secret, certificate].toSorted());
  const { items } = Activity.parse((await ann.call("GET", `/clients/${client.id}/activity`)).body);
  expect(items.filter(({ action }) => action === "certificate.rotated")).toMatchObject([
    { actor: { kind: "client", subject: client.appId }, credentialId: next.keyId },
  ]);

  const path = `/admin/subscriptions/${ann.subscription}/report`;
  const report = Report.parse((await (await api.olga())("GET", path)).body);
  const reported = report.clients.find(({ id }) => id === client.id)?.secrets ?? [];
  expect(Object.groupBy(reported, ({ kind }) => kind)).toMatchObject({
    secret: [{}, {}],
    certificate: [{}, {}],
  });

  const forTheApi = api.callWith(await buy(client.scope));
  for (const [method, path] of [
    ["GET", "/self"],
    ["POST", "/self/rotate"],
  ] as const)
    expect(refusalOf(await forTheApi(method, path, method === "POST" ? { json: {} } : {}))).toBe(
      "401 unauthenticated",
    );
}

const READ = "GET /applications/{id}";
const WRITE = "PATCH /applications/{id}";
const TRUSTS = "GET /applications/{id}/federatedIdentityCredentials";
