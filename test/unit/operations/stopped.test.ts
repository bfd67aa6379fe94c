import { describe, expect, test } from "vitest";
import type { Suspension } from "../../../shared/clients/suspension.ts";
import type { Operation } from "../../../shared/operations/admission/operation.ts";
import { refusedByStop } from "../../../shared/operations/clients/stopped.ts";
import { aCreate } from "../../support/client-world.ts";
import { testProduct } from "../../support/product.ts";
import { aRecord, NOON, newId } from "../../support/samples.ts";

/** What operators have stopped, and what its customer may do all the same. */

const { account: blank } = await testProduct().operations.account("contoso");
const clientId = newId();
const keyId = newId();
const whole = newId();
const stop = (reason: string) => ({ operationId: whole, reason, at: NOON });
const suspended = { ...blank, suspended: stop("Not paid") };
const blocked = { ...blank, blocked: stop("Too many") };
const stopped = (by: Suspension["by"], withSubscription?: string) =>
  aRecord({
    id: clientId,
    suspended: {
      ...{ by, reason: "A leak", at: NOON },
      ...(withSubscription !== undefined && { withSubscription }),
    },
  });
const going = aRecord({ id: clientId });
const ELSEWHERE = { reason: "client-busy", retryAfterSeconds: 1 };

const secret = { clientId, displayName: "A", createdAt: "", expiresAt: "" };
const certificate = { ...secret, certificateId: keyId, facts: { thumbprint: "AB12" } };
const trusted = { issuer: "https://ci.example", subject: "repo:a", audience: "api://x" };
const more: readonly Operation[] = [
  { ...secret, kind: "add-secret" },
  { ...secret, kind: "rotate-secret", keyId, retiresAt: "" },
  { ...certificate, kind: "add-certificate" },
  { ...certificate, kind: "rotate-certificate", keyId, retiresAt: "" },
  { kind: "add-federated", clientId, displayName: "A", ...trusted },
];
const less: readonly Operation[] = [
  { kind: "rename", clientId, displayName: "A" },
  { kind: "purge", clientId },
  { kind: "remove-secret", clientId, keyId },
  { kind: "remove-certificate", clientId, keyId },
  { kind: "remove-federated", clientId, credentialId: keyId },
  { kind: "retire-secret", clientId, keyId },
  { kind: "move-retirement", clientId, keyId },
  { kind: "delete", clientId },
];

describe.each(more)("$kind, which gives more to use,", (operation) => {
  test("is refused with what the client, or else its subscription, was stopped for", () => {
    for (const by of ["operator", "customer"] as const)
      expect(refusedByStop(operation, suspended, stopped(by))).toEqual({
        ...{ reason: "client-suspended", because: "A leak" },
      });
    expect(refusedByStop(operation, suspended, going)).toEqual({
      ...{ reason: "client-suspended", because: "Not paid" },
    });
  });

  test("is admitted where nothing is stopped, and where only new clients are refused", () => {
    expect(refusedByStop(operation, blank, going)).toBeUndefined();
    expect(refusedByStop(operation, blocked, going)).toBeUndefined();
  });
});

test.each(less)("$kind, which takes away, is admitted whatever is stopped", (operation) => {
  expect(refusedByStop(operation, { ...suspended, ...blocked }, stopped("operator"))).toBe(
    undefined,
  );
});

test.each<Operation>([aCreate(), { kind: "restore", clientId }])(
  "$kind, which takes a place, is refused by either stop, and told of the one that stops more",
  (operation) => {
    const refused = (because: string) => ({ reason: "subscription-blocked", because });
    expect(refusedByStop(operation, suspended, undefined)).toEqual(refused("Not paid"));
    expect(refusedByStop(operation, blocked, undefined)).toEqual(refused("Too many"));
    expect(refusedByStop(operation, { ...blocked, ...suspended }, undefined)).toEqual(
      refused("Not paid"),
    );
    expect(refusedByStop(operation, blank, undefined)).toBeUndefined();
  },
);

describe("a customer's own stop, and its end,", () => {
  const own: readonly Operation[] = [
    { kind: "suspend", clientId, reason: "Mine", as: "customer" },
    { kind: "resume", clientId, as: "customer" },
  ];
  test.each(own)("is no way round that of an operator ($kind)", (operation) => {
    const refused = (because: string) => ({ reason: "stopped-by-operator", because });
    expect(refusedByStop(operation, blank, stopped("operator"))).toEqual(refused("A leak"));
    expect(refusedByStop(operation, suspended, stopped("operator"))).toEqual(refused("A leak"));
    expect(refusedByStop(operation, suspended, stopped("customer"))).toEqual(refused("Not paid"));
    expect(refusedByStop(operation, suspended, going)).toEqual(refused("Not paid"));
  });

  test.each(own)("is theirs otherwise ($kind)", (operation) => {
    expect(refusedByStop(operation, blank, stopped("customer"))).toBeUndefined();
    expect(refusedByStop(operation, blocked, going)).toBeUndefined();
  });
});

describe("an operator's stop", () => {
  const alone: Operation = { kind: "suspend", clientId, reason: "A leak" };
  const part: Operation = { ...alone, withSubscription: whole };

  test("of one client is admitted whatever is stopped", () => {
    expect(refusedByStop(alone, blank, going)).toBeUndefined();
    expect(refusedByStop(alone, suspended, stopped("customer"))).toBeUndefined();
  });

  test("with the subscription is admitted once, and only as long as that is what is to be", () => {
    expect(refusedByStop(part, suspended, going)).toBeUndefined();
    expect(refusedByStop(part, suspended, stopped("operator"))).toEqual(ELSEWHERE);
    expect(refusedByStop(part, blank, going)).toEqual(ELSEWHERE);
    const another = { ...suspended, suspended: { ...stop("Not paid"), operationId: newId() } };
    expect(refusedByStop(part, another, going)).toEqual(ELSEWHERE);
  });
});

describe("an operator's resumption", () => {
  const alone: Operation = { kind: "resume", clientId };
  const part: Operation = { ...alone, withSubscription: whole };

  test("waits for its subscription", () => {
    const refused = { reason: "subscription-suspended", because: "Not paid" };
    expect(refusedByStop(alone, suspended, stopped("operator"))).toEqual(refused);
    expect(refusedByStop(part, suspended, stopped("operator", whole))).toEqual(refused);
    expect(refusedByStop(alone, blank, stopped("operator"))).toBeUndefined();
  });

  test("with the subscription takes along what was stopped with it, and that once", () => {
    expect(refusedByStop(part, blank, stopped("operator", whole))).toBeUndefined();
    expect(refusedByStop(part, blank, stopped("operator"))).toEqual(ELSEWHERE);
    expect(refusedByStop(part, blank, going)).toEqual(ELSEWHERE);
  });
});

test("a delete with the subscription is admitted only as long as that is what is to be", () => {
  const part: Operation = { kind: "delete", clientId, withSubscription: whole };
  expect(refusedByStop(part, suspended, stopped("operator", whole))).toBeUndefined();
  expect(refusedByStop(part, blank, going)).toEqual(ELSEWHERE);
  const another = { ...suspended, suspended: { ...stop("Not paid"), operationId: newId() } };
  expect(refusedByStop(part, another, going)).toEqual(ELSEWHERE);
});
