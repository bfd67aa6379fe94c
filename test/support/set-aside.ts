import { expect } from "vitest";
import { DirectoryRefused } from "../../shared/clients/ports.ts";
import type { Operation } from "../../shared/operations/admission/operation.ts";
import { retryParked } from "../../shared/operations/settling/parked.ts";
import { abandoned, type TestProduct } from "./product.ts";
import { OLGA } from "./samples.ts";

type Step =
  | "rename"
  | "setDisabled"
  | "restore"
  | "purge"
  | "addFederated"
  | "removeFederated"
  | "removeSecret"
  | "endingOf";

/**
 * Has an operation set aside, because the directory does not say what it refuses at one step of it.
 *
 * @returns has it tried again, by an operator
 */
export async function setAside(
  world: TestProduct,
  operation: Exclude<Operation, { kind: "create" }>,
  step: Step,
) {
  const { directory } = world;
  const held = await abandoned(world, operation);
  const healthy = directory[step];
  Object.assign(directory, {
    [step]: () => Promise.reject(new DirectoryRefused({ reason: "not-ours" })),
  });
  expect(await world.settle(held)).toBe("parked");
  Object.assign(directory, { [step]: healthy });
  return () => retryParked(world, held.entry.operationId, OLGA);
}

/** The same, a while before it is tried again: what is done meanwhile is later than the one and earlier than the other. */
export async function setAsideForAWhile(...asked: Parameters<typeof setAside>) {
  const [{ runtime }] = asked;
  const retry = await setAside(...asked);
  runtime.pass(MINUTE_MS);
  return () => {
    runtime.pass(MINUTE_MS);
    return retry();
  };
}

const MINUTE_MS = 60_000;
