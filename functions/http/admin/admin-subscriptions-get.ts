import { done } from "../../../shared/base/outcome.ts";
import type { OperationRecords } from "../../../shared/operations/admission/ports.ts";
import { route } from "../../edge/route.ts";
import { SubscriptionShape, showSubscription } from "./subscription-shape.ts";

/** Whether operators have stopped a subscription. One that nothing is known of is not stopped. */
export const adminSubscriptionsGet = (deps: {
  readonly operations: Pick<OperationRecords, "account">;
  readonly offboardGraceMs: number;
}) =>
  route(
    {
      name: "admin-subscriptions-get",
      operationId: "getSubscription",
      method: "GET",
      path: "/admin/subscriptions/{subscription}",
      access: "operator",
      summary: "Whether a subscription is blocked or suspended",
      description:
        "What operators have done to the whole subscription, since when, why, and by which operation. One that nothing is known of is neither blocked nor suspended. It says too how long the grace would be if it were offboarded now.",
      replies: { 200: { description: "The subscription", schema: SubscriptionShape } },
      problems: [],
    },
    async ({ subscription }) => {
      const { account } = await deps.operations.account(subscription);
      const offboardGraceSeconds = deps.offboardGraceMs / 1_000;
      return done({ status: 200, body: { ...showSubscription(account), offboardGraceSeconds } });
    },
  );
