import type { OperationMessage } from "../../shared/events/operation-message.ts";
import { giveUpParked, listParked, retryParked } from "../../shared/operations/settling/parked.ts";
import { RECONCILE_AFTER_MS } from "../support/product.ts";
import { OLGA } from "../support/samples.ts";
import type { Crew } from "./crew.ts";
import type { Host } from "./host.ts";
import type { Outside } from "./outside.ts";

type Message = Outside["checks"]["waiting"][number] | Outside["consentQueue"]["sent"][number];

/** What goes on without customers: messages whose time has come, and operators. */
export function upkeepOf({ runtime, checks, consentQueue }: Outside, begin: Crew<Host>["begin"]) {
  const taken = new Set<unknown>();
  const now = () => runtime.now().getTime();
  return {
    /** The messages to be worked on, oldest first. */
    due: (): Message[] =>
      [...checks.waiting, ...consentQueue.sent]
        .filter((one) => !taken.has(one) && (one.at?.getTime() ?? 0) <= now())
        .toSorted((a, b) => (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0)),
    /** Comes again unless it was worked on to its end. */
    deliver: (one: Message | undefined): void => {
      if (!one) return;
      taken.add(one);
      const { body } = one;
      const { type } = body;
      if (type.startsWith("consent.") && type !== "consent.requested") return;
      const work = async (host: Host): Promise<unknown> => {
        if (type !== "consent.requested") return host.handle(body as OperationMessage);
        // As the consent clock has it: a host that is slow may still admit it.
        const isOld =
          "requestedAt" in body && now() >= Date.parse(body.requestedAt) + RECONCILE_AFTER_MS;
        const { subscription, operationId } = body;
        const settled = await host.settleCreate({ subscription, operationId });
        return settled === "waiting" || !isOld ? AGAIN : settled;
      };
      void begin(`message ${JSON.stringify(body)}`, work, (answer) => {
        if (answer !== AGAIN && answer !== "died" && !(answer instanceof Error)) return;
        taken.delete(one);
        runtime.pass(1_000);
      });
    },
    /** Set aside, or lost with its bus: nobody is given it any more. */
    lose: (one: Message | undefined): void => {
      if (one && isFoundOtherwise(one.body)) taken.add(one);
    },
    /** @param isAll whether nothing is given up */
    lookAfterParked: (isAll: boolean): void =>
      void begin("operators look after what was set aside", async ({ product }) => {
        // What another change that is given up has left in the directory is for operators to look at.
        for (const { operationId, kind } of await listParked(product))
          if (isAll || kind !== "create" || runtime.random() < 0.7)
            await retryParked(product, operationId, OLGA);
          else await giveUpParked(product, operationId, OLGA);
      }),
  };
}

/** Whether what it is for is found in the tables as well (docs/upgrading.md). */
const isFoundOtherwise = (body: Message["body"]): boolean =>
  body.type === "operation.check"
    ? !("givenUp" in body)
    : ["consent.requested", "subscription.run", "secret.retire"].includes(body.type);

const AGAIN = "it comes again";
