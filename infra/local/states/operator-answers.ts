import { type AnswerAs, entries, ok, problem } from "./answers.ts";
import { CLIENT_ID, client, pending, request, secret } from "./sample.ts";

/** What the operators' API answers in a state. */

const stopAt = (now: number) => ({ reason: "Not paid", at: new Date(now).toISOString() });
export const stoppedClient = (now: number) => ({
  consent: { ...pending(9, now), state: "granted" as const, decidedAt: stopAt(now).at },
  suspended: { ...stopAt(now), by: "operator" as const },
});
export const stoppedSubscription = (now: number) => {
  const stop = { ...stopAt(now), operation: CLIENT_ID };
  return { blocked: stop, suspended: stop };
};

export const oneCustomer =
  (stops: (now: number) => object = () => ({}), run?: (now: number) => object): AnswerAs =>
  (_method, path, now) => {
    if (path === "/admin/subscriptions/contoso")
      return ok({ subscription: "contoso", offboardGraceSeconds: 2_592_000, ...stops(now) });
    if (path === "/admin/subscriptions/contoso/clients")
      return ok({
        items: [client(1, now, { secrets: [secret(1, 24 * 10, now)] }), client(2, now)],
      });
    if (path === "/admin/subscriptions/contoso/report")
      return ok({
        clients: [{ ...client(3, now), deletedAt: new Date(now - 7_200_000).toISOString() }],
        activity: [],
      });
    if (path === "/admin/activity") return ok({ items: entries(now) });
    if (run && path.startsWith("/admin/operations/")) return ok(run(now));
    return problem(404, "operation-not-found");
  };

/** A customer that is to end, before or after its day. */
export const ending = (days: number) => (now: number) => {
  const deleteAt = new Date(now + days * 86_400_000).toISOString();
  return { suspended: { ...stopAt(now), operation: CLIENT_ID, deleteAt } };
};
export const endingRun = (days: number, more: object) => (now: number) => ({
  ...{ id: CLIENT_ID, kind: "offboard-subscription", state: "running", done: 0, total: 2 },
  ...{ errors: [], subscription: "contoso", createdAt: stopAt(now).at },
  deleteAt: new Date(now + days * 86_400_000).toISOString(),
  ...more,
});
export const failedRun = endingRun(-1, {
  ...{ state: "parked", stopped: true, done: 1 },
  errors: [{ clientId: CLIENT_ID, problem: "client-not-managed" }],
});

export const queue =
  (make: (now: number) => readonly ReturnType<typeof request>[]): AnswerAs =>
  (_method, path, now) =>
    path === "/admin/consents" ? ok({ items: make(now) }) : problem(404, "consent-not-found");

/** One request, with what operators have done to its subscription. */
export const oneRequest =
  (
    make: (now: number) => Partial<ReturnType<typeof request>>,
    stops: (now: number) => object = () => ({}),
  ): AnswerAs =>
  (_method, path, now) => {
    if (path === `/admin/consents/${CLIENT_ID}`) return ok(request(1, now, make(now)));
    if (path === "/admin/subscriptions/contoso")
      return ok({ subscription: "contoso", ...stops(now) });
    return problem(404, "operation-not-found");
  };
