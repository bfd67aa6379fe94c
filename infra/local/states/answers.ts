import { answerCalendar, answerWebhook } from "./care-answers.ts";
import { type Answer, CLIENT_ID, client, secret } from "./sample.ts";

/** What the customers' API answers in a state. */

export type AnswerAs = (method: string, path: string, now: number) => Answer;

export const ok = (body: unknown): Answer => ({ status: 200, body });
/** @param credentials which kinds the directory takes */
export const aboutOf = (credentials: readonly object[]): Answer =>
  ok({
    limits: { secretsPerClient: 2, secretLifetimeDays: 365 },
    credentials,
    secrets: "allowed",
  });
export const about = aboutOf([
  { kind: "secret", allowed: true },
  { kind: "certificate", allowed: false, why: "directory" },
  { kind: "federated", allowed: false, why: "directory" },
]);
export const problem = (status: number, type: string, more: object = {}): Answer => ({
  status,
  body: { type: `/problems/${type}`, status, instance: `urn:uuid:${CLIENT_ID}`, ...more },
});
export const paused = (seconds: number): Answer => ({
  ...{ status: 503, retryAfter: seconds },
  body: { type: "/problems/unavailable", status: 503 },
});

type Sample = ReturnType<typeof client>;

/** Serves these clients, and makes one secret when it is asked for. */
export const clients =
  (make: (now: number) => readonly Sample[]): AnswerAs =>
  (method, path, now) => {
    if (path === "/about") return about;
    const items = make(now);
    if (method === "POST" && path.endsWith("/secrets")) {
      return {
        status: 201,
        body: {
          ...secret(2, 24 * 90, now),
          secretText: "~a8Q~this-value-opens-nothing-0000000000",
          notice: "",
        },
      };
    }
    if (path === "/clients") return ok({ items });
    if (method === "POST" && path.endsWith("/restore")) return problem(410, "client-gone");
    if (path.endsWith("/activity")) return ok({ items: entries(now) });
    if (path === "/calendar-link") return answerCalendar(method, now);
    if (path.startsWith("/webhook")) return answerWebhook("on")(method, path, now);
    if (path.endsWith("/rotate"))
      return problem(409, "secret-limit-reached", { secrets: items[0]?.secrets });
    if (path.endsWith("/watch"))
      return ok({ watching: true, everyClient: false, email: "ann@contoso.example" });
    const one = items.find(({ id }) => path === `/clients/${id}`);
    return one ? ok(one) : problem(404, "not-found");
  };

/** What was done to a client, by whom; one that this page has no word for. */
export const entries = (now: number) =>
  (["secret.created", "client.suspended", "client.painted"] as const).map((action, index) => ({
    id: String(index),
    at: new Date(now - index * 3_600_000).toISOString(),
    actor: index === 1 ? { kind: "operator" } : { kind: "customer", displayName: "Ann Arbor" },
    action,
    subscription: "contoso",
    clientId: CLIENT_ID,
    outcome: index === 0 ? "done" : "refused",
    detail: { displayName: "Production", ...(index === 1 && { reason: "Not paid" }) },
  }));

export const one = (change: (now: number) => Partial<Sample>) =>
  clients((now) => [client(1, now, change(now))]);
export const always =
  (answer: Answer): AnswerAs =>
  (_, path) =>
    path === "/about" ? about : answer;
