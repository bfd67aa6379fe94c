import { describe, expect, test } from "vitest";
import type { Activity } from "../../../shared/clients/activity.ts";
import {
  activityOf,
  asideActivity,
  firstSecretActivity,
  removalActivity,
} from "../../../shared/operations/admission/activity-of.ts";
import type { Operation } from "../../../shared/operations/admission/operation.ts";
import { aCreate } from "../../support/client-world.ts";
import { ANN, anOperation, later, newId, OLGA } from "../../support/samples.ts";

/** What people read of a change in the list of activity, for each kind there is. */

const clientId = newId();
const keyId = newId();
const credentialId = newId();
const AT = later(1_000);
const startedAt = later(0).toISOString();
const expiresAt = later(86_400_000).toISOString();
const retiresAt = later(60_000).toISOString();
const own = { clientId, displayName: "Production" };
const registers = {
  ...{ ...own, certificateId: credentialId, createdAt: startedAt, expiresAt },
  facts: { thumbprint: "AB12", thumbprintSha256: "CD34", subject: "CN=a" },
} as const;
const federated = { issuer: "https://ci.example", subject: "repo:a", audience: "api://x" };
const whole = { withSubscription: "the whole one" };

const entries: readonly (readonly [
  Operation,
  Pick<Activity, "action" | "credentialId"> & { detail: Activity["detail"] },
])[] = [
  [
    { ...own, kind: "rename" },
    { action: "client.renamed", detail: { displayName: "Production" } },
  ],
  [
    { kind: "delete", clientId },
    { action: "client.deleted", detail: {} },
  ],
  [
    { kind: "delete", clientId, ...whole },
    { action: "client.deleted", detail: whole },
  ],
  [
    { kind: "restore", clientId },
    { action: "client.restored", detail: {} },
  ],
  [
    { kind: "purge", clientId },
    { action: "client.purged", detail: {} },
  ],
  [
    { kind: "suspend", clientId, reason: "A leak" },
    { action: "client.suspended", detail: { reason: "A leak" } },
  ],
  [
    { kind: "suspend", clientId, reason: "Not paid", ...whole },
    { action: "client.suspended", detail: { reason: "Not paid", ...whole } },
  ],
  [
    { kind: "resume", clientId },
    { action: "client.resumed", detail: {} },
  ],
  [
    { kind: "resume", clientId, ...whole },
    { action: "client.resumed", detail: whole },
  ],
  [
    { ...own, kind: "add-secret", createdAt: startedAt, expiresAt },
    { action: "secret.created", detail: { displayName: "Production", expiresAt } },
  ],
  [
    { kind: "remove-secret", clientId, keyId },
    { action: "secret.removed", credentialId: keyId, detail: {} },
  ],
  [
    { ...own, kind: "rotate-secret", createdAt: startedAt, expiresAt, keyId, retiresAt },
    {
      action: "secret.rotated",
      detail: { displayName: "Production", expiresAt, replaced: keyId, retiresAt },
    },
  ],
  [
    { kind: "retire-secret", clientId, keyId },
    { action: "secret.retired", credentialId: keyId, detail: {} },
  ],
  [
    { kind: "retire-secret", clientId, keyId, of: "certificate" },
    { action: "certificate.retired", credentialId: keyId, detail: {} },
  ],
  [
    { kind: "move-retirement", clientId, keyId, retiresAt },
    { action: "secret.rescheduled", credentialId: keyId, detail: { retiresAt } },
  ],
  [
    { kind: "move-retirement", clientId, keyId },
    { action: "secret.rescheduled", credentialId: keyId, detail: {} },
  ],
  [
    { kind: "move-retirement", clientId, keyId, retiresAt, of: "certificate" },
    { action: "certificate.rescheduled", credentialId: keyId, detail: { retiresAt } },
  ],
  [
    { ...registers, kind: "add-certificate" },
    {
      action: "certificate.created",
      detail: { displayName: "Production", expiresAt, thumbprint: "AB12" },
    },
  ],
  [
    { kind: "remove-certificate", clientId, keyId },
    { action: "certificate.removed", credentialId: keyId, detail: {} },
  ],
  [
    { ...registers, kind: "rotate-certificate", keyId, retiresAt },
    {
      action: "certificate.rotated",
      detail: {
        ...{ displayName: "Production", expiresAt, thumbprint: "AB12" },
        ...{ replaced: keyId, retiresAt },
      },
    },
  ],
  [
    { ...own, ...federated, kind: "add-federated" },
    {
      action: "federated-credential.created",
      detail: { displayName: "Production", ...federated },
    },
  ],
  [
    { kind: "remove-federated", clientId, credentialId },
    { action: "federated-credential.removed", credentialId, detail: {} },
  ],
];

test.each(
  entries.map(([operation, expected]) => ({ action: expected.action, operation, expected })),
)("the entry of what is called $action (%#)", ({ operation, expected }) => {
  const entry = anOperation(operation);

  expect(activityOf(entry, AT, { outcome: "done" })).toEqual({
    ...{ id: `${entry.operationId}:${expected.action}`, at: AT, by: ANN },
    ...{ subscription: "contoso", clientId, outcome: "done" },
    ...expected,
  });
});

describe("the entry of a create", () => {
  const entry = anOperation({ ...aCreate(), roles: ["api.read", "api.write"] });

  test("names the client that it has made", () => {
    expect(activityOf(entry, AT, { outcome: "done", clientId })).toEqual({
      ...{ id: `${entry.operationId}:client.created`, at: AT, by: ANN },
      ...{ action: "client.created", subscription: "contoso", clientId, outcome: "done" },
      detail: { displayName: "New", roles: "api.read api.write" },
    });
  });

  test("that made none names none, and says why", () => {
    const undone = activityOf(entry, AT, { outcome: "undone", reason: "not-ours" });

    expect(undone).not.toHaveProperty("clientId");
    expect(undone).not.toHaveProperty("credentialId");
    expect(undone).toMatchObject({ outcome: "undone", detail: { reason: "not-ours" } });
  });
});

test("a credential that has come of the change is named, unless the change was of another one", () => {
  const came = { outcome: "done", credentialId: "the new one" } as const;
  const added = anOperation({
    ...{ ...own, kind: "add-secret" as const },
    ...{ createdAt: startedAt, expiresAt },
  });
  expect(activityOf(added, AT, came).credentialId).toBe("the new one");
  const removed = anOperation({ kind: "remove-secret", clientId, keyId });
  expect(activityOf(removed, AT, came).credentialId).toBe(keyId);
});

test("what was taken over from the host that had begun it was ended by the service", () => {
  const detail = (turn: number) =>
    activityOf(anOperation({ kind: "purge", clientId }, { turn }), AT, { outcome: "done" }).detail;

  expect([detail(0), detail(1)]).toEqual([{}, { endedBy: "service" }]);
});

describe("the entry beside that of the change", () => {
  const about = { clientId, credentialId };

  test("of the secret that a client was made with", () => {
    const secret = { displayName: "Registration", createdAt: startedAt, expiresAt };
    const entry = anOperation({ ...aCreate(), secret });

    expect(firstSecretActivity(entry, AT, about)).toEqual({
      ...{ id: `${entry.operationId}:secret.created`, at: AT, by: ANN, outcome: "done" },
      ...{ action: "secret.created", subscription: "contoso", ...about },
      detail: { displayName: "Registration", expiresAt },
    });
    expect(firstSecretActivity(anOperation(aCreate()), AT, about)).not.toHaveProperty("detail");
  });

  test("of what had to go for another one", () => {
    const entry = anOperation({ kind: "purge", clientId });

    expect(removalActivity(entry, AT, { ...about, action: "secret.retired" })).toEqual({
      ...{ id: `${entry.operationId}:secret.retired`, at: AT, by: ANN, outcome: "done" },
      ...{ action: "secret.retired", subscription: "contoso", ...about },
    });
  });
});

describe("the entry of what nobody could end", () => {
  test("names whose turn it was, the operation and its kind, by whoever set it aside", () => {
    const entry = anOperation({ kind: "purge", clientId }, { turn: 7 });
    const { operationId } = entry;
    const what = { action: "operation.parked", reason: "not-ours" } as const;

    expect(asideActivity(entry, AT, OLGA, what)).toEqual({
      ...{ id: `${operationId}:operation.parked:7`, at: AT, by: OLGA, outcome: "done" },
      ...{ action: "operation.parked", subscription: "contoso", clientId },
      detail: { operationId, kind: "purge", reason: "not-ours" },
    });
  });

  test("names no client of a create, and no reason where there is none", () => {
    const entry = anOperation(aCreate());

    const aside = asideActivity(entry, AT, OLGA, { action: "operation.retried" });

    expect(aside).not.toHaveProperty("clientId");
    expect(aside.detail).toEqual({ operationId: entry.operationId, kind: "create" });
  });
});
