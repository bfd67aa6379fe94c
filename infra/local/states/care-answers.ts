import type { Shaped } from "../../../functions/edge/shape.ts";
import type {
  LinkShape,
  LinkStateShape,
} from "../../../functions/http/care/calendar-link-shapes.ts";
import type {
  DeliveryListShape,
  WebhookWithSecretShape,
} from "../../../functions/http/care/webhook-shapes.ts";
import type { Answer } from "./sample.ts";

/** A webhook and a calendar as the API shows them, for the page of states. */

const HOUR_MS = 3_600_000;
const ago = (hours: number, now: number) => new Date(now - hours * HOUR_MS).toISOString();

export function answerCalendar(method: string, now: number): Answer {
  const made = {
    url: "https://keys.example.com/calendar/Y29udG9zbw.this-address-opens-nothing.ics",
    since: ago(0, now),
  } satisfies Shaped<typeof LinkShape>;
  if (method === "POST") return { status: 201, body: made };
  return { status: 200, body: { active: false } satisfies Shaped<typeof LinkStateShape> };
}

/** @param state `none`: set for the first time, the answer has its secret */
export const answerWebhook =
  (state: "none" | "on" | "failing" | "off") =>
  (method: string, path: string, now: number): Answer => {
    const webhook = {
      url: "https://hooks.example.com/latchkey",
      createdAt: ago(200, now),
      state: state === "none" ? "on" : state,
      since: ago(30, now),
      ...(state === "off" && { disabledReason: "failing" }),
      ...(state === "on" && { oldSecretsUntil: ago(-20, now) }),
    } satisfies Shaped<typeof WebhookWithSecretShape>;
    if (path === "/webhook/deliveries") return { status: 200, body: deliveries(state, now) };
    if (method === "PUT")
      return {
        status: 201,
        body: { ...webhook, secret: "whsec_dGhpcyBzaWducyBub3RoaW5nLCBpdCBpcyBhIHBpY3R1cmU=" },
      };
    if (path === "/webhook" && state !== "none") return { status: 200, body: webhook };
    return { status: 404, body: { type: "/problems/webhook-not-found", status: 404 } };
  };

function deliveries(state: string, now: number): Shaped<typeof DeliveryListShape> {
  const one = { id: "msg_1", type: "secret.created", attempt: 1, milliseconds: 120 };
  const taken = { ...one, at: ago(30, now), state: "delivered" as const, status: 204 };
  if (state === "none") return { items: [] };
  if (state === "on") return { items: [taken] };
  const failed = { ...one, type: "secret.expiring", state: "failed" as const };
  return {
    items: [
      { ...failed, at: ago(1, now), attempt: 3, status: 500, nextAt: ago(-2, now) },
      { ...failed, at: ago(2, now), attempt: 2, why: "time", milliseconds: 5_000 },
      taken,
    ],
  };
}
