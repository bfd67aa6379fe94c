import type { RunKind, SubscriptionRun } from "../../shared/events/subscription-run.ts";
import { beginRun } from "../../shared/operations/whole/begin-run.ts";
import { type StepDeps, takeStep } from "../../shared/operations/whole/take-step.ts";
import { aClient, testProduct } from "./product.ts";
import { ANN, OLGA } from "./samples.ts";

/** What an offboarding of these tests waits. */
export const GRACE_MS = 30 * 86_400_000;

/** A product for tests of operations on a whole subscription, and who works on their messages. */
export function runWorld(limits: Parameters<typeof testProduct>[0]) {
  const product = testProduct(limits);
  const taken = new Set<unknown>();
  const nowMs = () => product.runtime.now().getTime();
  /** The message that comes next, at its time, unless that is after `untilMs`. */
  const nextMessage = (untilMs = Number.POSITIVE_INFINITY): SubscriptionRun | undefined => {
    const [first] = product.checks.waiting
      .filter((one) => one.body.type === "subscription.run" && !taken.has(one))
      .toSorted((a, b) => a.at.getTime() - b.at.getTime());
    if (first?.body.type !== "subscription.run" || first.at.getTime() > untilMs) return undefined;
    taken.add(first);
    product.runtime.pass(Math.max(0, first.at.getTime() - nowMs()));
    return first.body;
  };
  /** Works on messages as they come, until there are no more, their time is over or enough of them were taken. */
  const work = async (
    most = 1_000,
    deps: StepDeps = product,
    untilMs?: number,
  ): Promise<number> => {
    let steps = 0;
    for (; steps < most; steps += 1) {
      const message = nextMessage(untilMs);
      if (!message) break;
      await takeStep(deps, message);
    }
    return steps;
  };
  const begin = (kind: RunKind, reason?: string, graceMs?: number) =>
    beginRun(product, {
      ...{ kind, subscription: "contoso", by: OLGA },
      ...(reason !== undefined && { reason }),
      ...(graceMs !== undefined && { graceMs }),
    });
  return {
    ...product,
    begin,
    suspend: () => begin("suspend-subscription", "Not paid"),
    resume: () => begin("resume-subscription"),
    offboard: (reason = "The contract has ended") =>
      begin("offboard-subscription", reason, GRACE_MS),
    disabled: () => product.directory.all().map((client) => client.disabled),
    aNewClient: () => ({
      subscription: "contoso",
      displayName: "New",
      roles: ["api.read"] as const,
      requestedBy: "Ann",
      by: ANN,
    }),
    nowMs,
    nextMessage,
    /** None of the messages that wait will ever come. */
    lose: () => {
      for (const message of product.checks.waiting) taken.add(message);
    },
    work,
    /** The same for so long, which then has passed. */
    workFor: async (ms: number, deps: StepDeps = product): Promise<number> => {
      const until = nowMs() + ms;
      const steps = await work(Number.POSITIVE_INFINITY, deps, until);
      product.runtime.pass(Math.max(0, until - nowMs()));
      return steps;
    },
    runOf: async ({ operationId }: { operationId: string }) =>
      (await product.runs.find(operationId))?.run,
    told: () => product.events.published.map(({ type }) => type),
    threeClients: async () =>
      [await aClient(product), await aClient(product), await aClient(product)] as const,
  };
}

export type RunWorld = ReturnType<typeof runWorld>;
