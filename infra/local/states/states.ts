import { type AnswerAs, always, clients, ok, one, paused, problem } from "./answers.ts";
import { answerWebhook } from "./care-answers.ts";
import { keyStates } from "./key-states.ts";
import {
  ending,
  endingRun,
  failedRun,
  oneCustomer,
  oneRequest,
  queue,
  stoppedClient,
  stoppedSubscription,
} from "./operator-answers.ts";
import { CLIENT_ID, client, pending, request, secret } from "./sample.ts";

/** What a person does to get there, in the element's shadow root. */
export type Step = { readonly press: string } | { readonly type: string; readonly text: string };

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
  /** What shows that the last step has done its work, where its name does not say. */
  readonly until?: string;
  readonly answer: AnswerAs;
}

const ofClients = (name: string, answer: AnswerAs, more: Partial<State> = {}): State => ({
  element: "latchkey-clients",
  name,
  answer,
  ...more,
});
const ofConsents = (name: string, answer: AnswerAs, more: Partial<State> = {}): State => ({
  element: "latchkey-consents",
  name,
  answer,
  ...more,
});
const opened = (name: string, answer: AnswerAs, steps: readonly Step[] = []): State =>
  ofClients(name, answer, { show: CLIENT_ID, steps });

const customer = (name: string, answer: AnswerAs, steps: readonly Step[] = []): State =>
  ofConsents(name, answer, { customer: "contoso", steps });

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

const troubles = (state: typeof ofClients): readonly State[] => [
  state("loading", always("never")),
  state("offline", always("cut")),
  state("session-ended", always(ok({ items: [] })), { token: "none" }),
  state("token-failed", always(ok({ items: [] })), { token: "fails" }),
  state("paused", always(paused(60))),
  state("failed", always(problem(500, "internal-error"))),
];

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
  ...keyStates,
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
  customer("customer", oneCustomer(stoppedSubscription)),
  customer("customer-resume", oneCustomer(stoppedSubscription), [
    { press: "[part=stops] .actions button" },
  ]),
  customer("customer-free", oneCustomer()),
  customer("customer-offboard", oneCustomer(), [
    { press: "[part=stops] .actions button:nth-child(3)" },
  ]),
  customer("customer-stopping", oneCustomer(ending(30), endingRun(30, { done: 1 }))),
  customer("customer-ending", oneCustomer(ending(30), endingRun(30, { stopped: true }))),
  customer("customer-ended-in-part", oneCustomer(ending(-1), failedRun)),
  customer("customer-deleted", oneCustomer(), [{ press: ".deleted summary" }]),
  customer("customer-purge", oneCustomer(), [
    { press: ".deleted summary" },
    { press: ".deleted .danger" },
  ]),
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
