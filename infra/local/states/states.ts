import { answerCalendar, answerWebhook } from "./care-answers.ts";
import { type Answer, CLIENT_ID, client, pending, request, secret } from "./sample.ts";

/** What a person does to get there, in the element's shadow root. */
type Step = { readonly press: string } | { readonly type: string; readonly text: string };

export interface State {
  readonly element: "latchkey-clients" | "latchkey-consents";
  readonly name: string;
  readonly show?: string;
  /** The one request that `<latchkey-consents>` shows. */
  readonly request?: string;
  /** The one customer that `<latchkey-consents>` shows. */
  readonly customer?: string;
  /** How `getAccessToken` goes; it gives a token where nothing stands here. */
  readonly token?: "none" | "fails";
  readonly steps?: readonly Step[];
  answer(method: string, path: string, now: number): Answer;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const about = ok({ limits: { secretsPerClient: 2, secretLifetimeDays: 365 } });
const problem = (status: number, type: string, more: object = {}): Answer => ({
  status,
  body: { type: `/problems/${type}`, status, instance: `urn:uuid:${CLIENT_ID}`, ...more },
});
const paused = (seconds: number): Answer => ({
  ...{ status: 503, retryAfter: seconds },
  body: { type: "/problems/unavailable", status: 503 },
});

type Sample = ReturnType<typeof client>;

/** Serves these clients, and makes one secret when it is asked for. */
const clients =
  (make: (now: number) => readonly Sample[]): State["answer"] =>
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
const entries = (now: number) =>
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

const oneCustomer: State["answer"] = (_method, path, now) => {
  if (path === "/admin/subscriptions/contoso")
    return ok({ subscription: "contoso", ...stoppedSubscription(now) });
  if (path === "/admin/subscriptions/contoso/clients")
    return ok({ items: [client(1, now, { secrets: [secret(1, 24 * 10, now)] }), client(2, now)] });
  if (path === "/admin/activity") return ok({ items: entries(now) });
  return problem(404, "operation-not-found");
};

const queue =
  (make: (now: number) => readonly ReturnType<typeof request>[]): State["answer"] =>
  (_method, path, now) =>
    path === "/admin/consents" ? ok({ items: make(now) }) : problem(404, "consent-not-found");

/** One request, with what operators have done to its subscription. */
const oneRequest =
  (
    make: (now: number) => Partial<ReturnType<typeof request>>,
    stops: (now: number) => object = () => ({}),
  ): State["answer"] =>
  (_method, path, now) => {
    if (path === `/admin/consents/${CLIENT_ID}`) return ok(request(1, now, make(now)));
    if (path === "/admin/subscriptions/contoso")
      return ok({ subscription: "contoso", ...stops(now) });
    return problem(404, "operation-not-found");
  };

const one = (change: (now: number) => Partial<Sample>) =>
  clients((now) => [client(1, now, change(now))]);
const always =
  (answer: Answer): State["answer"] =>
  (_, path) =>
    path === "/about" ? about : answer;

const ofClients = (name: string, answer: State["answer"], more: Partial<State> = {}): State => ({
  element: "latchkey-clients",
  name,
  answer,
  ...more,
});
const ofConsents = (name: string, answer: State["answer"], more: Partial<State> = {}): State => ({
  element: "latchkey-consents",
  name,
  answer,
  ...more,
});
const opened = (name: string, answer: State["answer"], steps: readonly Step[] = []): State =>
  ofClients(name, answer, { show: CLIENT_ID, steps });

const withSecret = one((now) => ({ secrets: [secret(1, 24 * 10, now)] }));
const twoSecrets = one((now) => ({
  secrets: [secret(1, 24 * 10, now), secret(2, 24 * 90, now)],
}));
const retiring = one((now) => ({
  secrets: [
    { ...secret(1, 24 * 10, now), retiresAt: new Date(now + 20 * 3_600_000).toISOString() },
    secret(2, 24 * 90, now),
  ],
}));
const addSecret: Step = { press: "[aria-labelledby=secrets-title] .primary" };
const newSecret: readonly Step[] = [
  addSecret,
  { type: "dialog [name=displayName]", text: "Production" },
  { press: "dialog [type=submit]" },
];

const troubles = (of: typeof ofClients): readonly State[] => [
  of("loading", always("never")),
  of("offline", always("cut")),
  of("session-ended", always(ok({ items: [] })), { token: "none" }),
  of("token-failed", always(ok({ items: [] })), { token: "fails" }),
  of("paused", always(paused(60))),
  of("failed", always(problem(500, "internal-error"))),
];

const stopAt = (now: number) => ({ reason: "Not paid", at: new Date(now).toISOString() });
const stoppedClient = (now: number) => ({
  consent: { ...pending(9, now), state: "granted" as const, decidedAt: stopAt(now).at },
  suspended: { ...stopAt(now), by: "operator" as const },
});
const stoppedSubscription = (now: number) => {
  const stop = { ...stopAt(now), operation: CLIENT_ID };
  return { blocked: stop, suspended: stop };
};

/** Every state that a host page can see, each under a name of its own. */
export const STATES: readonly State[] = [
  ...troubles(ofClients),
  ofClients("not-allowed", always(problem(403, "missing-scope"))),
  ofClients(
    "empty",
    clients(() => []),
  ),
  ofClients(
    "list",
    clients((now) =>
      Array.from({ length: 12 }, (_, index) =>
        client(index + 1, now, {
          ...(index === 1 && { consent: pending(20, now) }),
          ...(index === 2 && { consent: pending(-30, now) }),
          secrets: index % 3 ? [] : [secret(1, 24 * (index + 1), now)],
        }),
      ),
    ),
  ),
  ofClients(
    "new",
    clients(() => []),
    { show: "new" },
  ),
  ofClients(
    "new-with-complaints",
    clients(() => []),
    {
      show: "new",
      steps: [{ press: "[name=roles]:checked" }, { press: "form [type=submit]" }],
    },
  ),
  opened("gone", always(problem(404, "not-found"))),
  opened(
    "pending",
    one((now) => ({ consent: pending(20, now) })),
  ),
  opened(
    "overdue",
    one((now) => ({ consent: pending(-30, now) })),
  ),
  opened("granted", withSecret),
  opened(
    "rejected",
    one((now) => ({ consent: { ...pending(9, now), state: "rejected", reason: "Unknown to us" } })),
  ),
  opened(
    "revoked",
    one((now) => ({
      consent: { ...pending(9, now), state: "revoked", decidedAt: new Date(now).toISOString() },
    })),
  ),
  opened(
    "suspended",
    one((now) => ({
      suspended: { by: "operator", reason: "A secret has leaked", at: new Date(now).toISOString() },
    })),
  ),
  opened(
    "full",
    one((now) => ({ secrets: [secret(1, -1, now), secret(2, 24 * 90, now)] })),
  ),
  opened("rename", withSecret, [{ press: ".head .actions button:first-child" }]),
  opened("delete", withSecret, [{ press: ".head .actions button:last-child" }]),
  opened("add-secret", withSecret, [addSecret]),
  opened("secret-once", withSecret, newSecret),
  opened("secret-about-to-be-lost", withSecret, [
    ...newSecret,
    { press: "dialog.wide .sheet-form > .actions button" },
  ]),
  opened("remove-secret", withSecret, [{ press: ".row .quiet.danger" }]),
  opened("removing", withSecret, [
    { press: ".row .quiet.danger" },
    { press: "dialog [type=submit]" },
  ]),
  opened("rotate", withSecret, [{ press: ".row .quiet" }]),
  opened("rotate-which-goes", twoSecrets, [
    { press: ".row .quiet" },
    { press: "dialog [type=submit]" },
  ]),
  opened("retiring", retiring),
  opened("reschedule", retiring, [{ press: ".row .quiet" }]),
  opened("snooze", withSecret, [{ press: ".row .quiet:nth-of-type(2)" }]),
  ofClients(
    "reminders",
    clients(() => []),
    { show: "reminders" },
  ),
  ofClients(
    "calendar-address",
    clients(() => []),
    { show: "reminders", steps: [{ press: "[part=calendar] button" }] },
  ),
  ...(["none", "on", "failing", "off"] as const).map((state) =>
    ofClients(`webhook-${state}`, answerWebhook(state), { show: "webhook" }),
  ),
  ofClients("webhook-secret", answerWebhook("none"), {
    show: "webhook",
    steps: [
      { type: "[name=url]", text: "https://hooks.example.com/latchkey" },
      { press: "form [type=submit]" },
    ],
  }),
  ofClients("webhook-rotate", answerWebhook("on"), {
    show: "webhook",
    steps: [{ press: "[part=webhook] .actions button:nth-child(2)" }],
  }),
  opened("activity", withSecret, [{ press: ".activity summary" }]),
  opened("suspend", withSecret, [{ press: ".head .actions button:nth-child(2)" }]),
  opened(
    "suspended-by-own",
    one((now) => ({
      suspended: { by: "customer", reason: "Runs wild", at: new Date(now).toISOString() },
    })),
  ),
  ofClients(
    "deleted",
    clients((now) => {
      const at = new Date(now).toISOString();
      return [client(1, now, { deleted: { at, until: at } })];
    }),
    { show: "deleted" },
  ),
  ...troubles(ofConsents),
  ofConsents("customer", oneCustomer, { customer: "contoso" }),
  ofConsents("customer-resume", oneCustomer, {
    customer: "contoso",
    steps: [{ press: "[part=stops] .actions button" }],
  }),
  ofConsents("not-allowed", always(problem(403, "missing-role"))),
  ofConsents(
    "empty",
    queue(() => []),
  ),
  ofConsents(
    "queue",
    queue((now) => [
      request(1, now, { consent: pending(-3, now) }),
      request(2, now, { automaticGrant: false }),
      request(3, now),
    ]),
  ),
  ofConsents(
    "request",
    oneRequest(() => ({})),
    { request: CLIENT_ID },
  ),
  ofConsents("request-stopped", oneRequest(stoppedClient, stoppedSubscription), {
    request: CLIENT_ID,
  }),
  ofConsents(
    "suspend",
    oneRequest(() => ({})),
    { request: CLIENT_ID, steps: [{ press: "[aria-labelledby=stops-client] .danger" }] },
  ),
];
