import { describe, expect, test } from "vitest";
import {
  holderOf,
  isCharged,
  isKind,
  isOfDeleted,
  keyHashOf,
  type Operation,
  takesPlace,
} from "../../../shared/operations/admission/operation.ts";
import { aCreate } from "../../support/client-world.ts";
import { anOperation, newId } from "../../support/samples.ts";

/** What an operation costs its subscription, and what it keeps from others. */

const clientId = newId();
const whole = { withSubscription: newId() };
const customers = { as: "customer" } as const;
const operators = { as: "operator" } as const;

test.each<[string, boolean, Operation]>([
  ["a create", true, aCreate()],
  ["a rename", true, { kind: "rename", clientId, displayName: "New" }],
  ["a customer's delete", true, { kind: "delete", clientId }],
  ["a delete with the whole subscription", false, { kind: "delete", clientId, ...whole }],
  ["a customer's stop", true, { kind: "suspend", clientId, reason: "A leak", ...customers }],
  ["an operator's stop", false, { kind: "suspend", clientId, reason: "A leak", ...operators }],
  ["a stop of nobody in particular", false, { kind: "suspend", clientId, reason: "A leak" }],
  ["a customer's resumption", true, { kind: "resume", clientId, ...customers }],
  ["an operator's resumption", false, { kind: "resume", clientId, ...operators }],
  ["a customer's restore", true, { kind: "restore", clientId, ...customers }],
  ["an operator's restore", false, { kind: "restore", clientId, ...operators }],
  ["a purge", false, { kind: "purge", clientId }],
  ["what the service retires", false, { kind: "retire-secret", clientId, keyId: newId() }],
  ["a retirement that is moved", true, { kind: "move-retirement", clientId, keyId: newId() }],
])("%s counts against the customer's limits: %s", (_, charged, operation) => {
  expect(isCharged(operation)).toBe(charged);
});

describe("from its admission on", () => {
  test("what makes a client, or brings one back, has a place", () => {
    const kinds = ["create", "restore", "delete", "purge", "rename"] as const;
    expect(kinds.filter((kind) => takesPlace({ kind }))).toEqual(["create", "restore"]);
    expect(kinds.filter((kind) => isOfDeleted({ kind }))).toEqual(["restore", "purge"]);
  });

  test("it holds its client, or itself as long as there is none", () => {
    const create = anOperation(aCreate());
    expect(holderOf(create)).toBe(create.operationId);
    expect(holderOf(anOperation({ kind: "purge", clientId }))).toBe(clientId);
  });

  test("it is told by its key where it may have one", () => {
    expect(keyHashOf(aCreate("key"))).toBe("key");
    expect(keyHashOf(aCreate())).toBeUndefined();
    expect(keyHashOf({ kind: "purge", clientId })).toBeUndefined();
  });

  test("it is of one kind", () => {
    const held = { entry: anOperation({ kind: "purge", clientId } as Operation), version: "1" };
    expect([isKind(held, "purge"), isKind(held, "restore")]).toEqual([true, false]);
  });
});
