import { describe, expect, test } from "vitest";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { Operation } from "../../../shared/operations/admission/operation.ts";
import { checkLater, inBackground, remember } from "../../../shared/operations/settling/checks.ts";
import { report, reportRefusal } from "../../../shared/operations/settling/incident.ts";
import { failure } from "../../support/failure.ts";
import { testProduct } from "../../support/product.ts";
import { anOperation } from "../../support/samples.ts";

const product = () => testProduct();
const held = (operation: Operation) => ({ entry: anOperation(operation), version: "1" });
const rename = held({ kind: "rename", clientId: "c-1", displayName: "New" });
const create = held({ kind: "create", displayName: "New", roles: ["api.read"], requestedBy: "A" });
const check = {
  type: "operation.check",
  version: 1,
  operationId: "o-1",
  subscription: "contoso",
} as const;
const away = async (): Promise<never> => {
  throw new RemoteUnavailable("bus", { executed: "no" });
};
const broken = async (): Promise<never> => {
  throw new Error("A mistake of ours");
};

/** What was noted of the invocation. */
async function notesOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const observation = newObservation();
  await observe(observation, work);
  return observation.notes;
}

describe("operators are told", () => {
  test.each([
    ["of a client that is not ours any more, by client", rename, "not-ours", "c-1"],
    ["of what was set aside, by operation", rename, "parked", rename.entry.operationId],
    ["of a full directory, for all creates at once", create, "directory-full", "create"],
  ] as const)("%s, once an hour", async (_, operation, reason, about) => {
    const { checks, journal, runtime } = product();
    const at = runtime.now();
    const hour = at.toISOString().slice(0, 13);

    const notes = await notesOf(() => report({ checks, journal, runtime }, operation, reason));
    await report({ checks, journal, runtime }, operation, reason);

    expect(notes).toEqual([`incident:${reason}`]);
    const isClients = operation === rename;
    expect(checks.waiting).toEqual([
      {
        at,
        body: {
          type: "operation.incident",
          version: 1,
          id: `incident:${reason}:${about}:${hour}`,
          operationId: operation.entry.operationId,
          subscription: operation.entry.subscription,
          kind: operation.entry.operation.kind,
          ...(isClients && { clientId: "c-1" }),
          reason,
          at: at.toISOString(),
          attempt: 1,
        },
      },
    ]);
  });

  test("not of what a customer can mend", async () => {
    const deps = product();
    await reportRefusal(deps, rename, { reason: "name-not-allowed" });
    expect(deps.checks.waiting).toEqual([]);
  });

  test("later, when neither bus nor journal takes it; a mistake of ours is none of that", async () => {
    const deps = product();
    const journal = { ...deps.journal, adrift: away };
    const lost = { ...deps, journal, checks: { ...deps.checks, putOff: away } };
    const refusal = { reason: "not-ours" } as const;

    const notes = await notesOf(() => reportRefusal(lost, rename, refusal));
    expect(notes).toEqual(["incident:not-ours", "incident-not-reported"]);
    const wrong = { ...deps, checks: { ...deps.checks, putOff: broken } };
    expect(await failure(reportRefusal(wrong, rename, refusal))).toMatchObject({
      message: "A mistake of ours",
    });
  });
});

describe("a check", () => {
  test("that the bus does not take is in the journal, and noted", async () => {
    const deps = product();
    const lost = { ...deps, checks: { ...deps.checks, schedule: away } };
    expect(await notesOf(() => remember(lost, check, deps.runtime.now()))).toEqual([
      "check-without-bus",
    ]);
  });

  test("is not hidden in the journal when the mistake is ours", async () => {
    const deps = product();
    const wrong = { ...deps, checks: { ...deps.checks, schedule: broken, putOff: broken } };
    const at = deps.runtime.now();
    expect(await failure(remember(wrong, check, at))).toMatchObject({
      message: "A mistake of ours",
    });
    expect(await failure(checkLater(wrong, check, at))).toMatchObject({
      message: "A mistake of ours",
    });
  });

  test("that cannot be called off is noted", async () => {
    const notes = await notesOf(async () => {
      inBackground(away)();
      await Promise.resolve();
      await Promise.resolve();
    });
    expect(notes).toEqual(["check-not-called-off"]);
  });
});
