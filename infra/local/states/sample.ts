import type { Shaped } from "../../../functions/edge/shape.ts";
import type { ConsentItemShape } from "../../../functions/http/admin/admin-shapes.ts";
import type { ClientShape, SecretShape } from "../../../functions/http/shapes.ts";

/** Clients, secrets and consents as the API shows them, for the page of states: nothing of them is kept anywhere. */

export type Client = Shaped<typeof ClientShape>;
type Secret = Shaped<typeof SecretShape>;
export type ConsentItem = Shaped<typeof ConsentItemShape>;

const HOUR_MS = 3_600_000;
export const CLIENT_ID = "00000000-0000-4000-8000-000000000001";

const id = (number: number, kind: string) =>
  `00000000-0000-4000-${kind}-${String(number).padStart(12, "0")}`;
const inHours = (hours: number, now: number) => new Date(now + hours * HOUR_MS).toISOString();

/** What the API of a state answers; `never` keeps the element waiting, `cut` breaks the connection. */
export type Answer =
  | { readonly status: number; readonly body: unknown; readonly retryAfter?: number }
  | "never"
  | "cut";

export const secret = (number: number, hoursLeft: number, now: number): Secret => ({
  keyId: id(number, "a000"),
  displayName: number === 1 ? "Production" : "Next year",
  hint: "Q~8",
  createdAt: inHours(-48, now),
  expiresAt: inHours(hoursLeft, now),
});

export const client = (number: number, now: number, change: Partial<Client> = {}): Client => ({
  id: id(number, "8000"),
  appId: id(number, "9000"),
  displayName: number === 1 ? "Billing service" : `Nightly import ${number}`,
  createdAt: inHours(-2 * number, now),
  roles: ["api.read"],
  consent: {
    state: "granted",
    requestedAt: inHours(-30, now),
    dueAt: inHours(-6, now),
    slaHours: 24,
    remindersSent: 0,
    decidedAt: inHours(-20, now),
    message: "",
  },
  secrets: [],
  credentials: [],
  tokenEndpoint: "https://login.example.com/contoso/oauth2/v2.0/token",
  scope: "https://contoso.example.com/api/.default",
  ...change,
});

export const pending = (dueInHours: number, now: number): Client["consent"] => ({
  state: "pending",
  requestedAt: inHours(dueInHours - 24, now),
  dueAt: inHours(dueInHours, now),
  slaHours: 24,
  remindersSent: dueInHours < 5 ? 2 : 0,
  message: "",
});

export const request = (
  number: number,
  now: number,
  change: Partial<ConsentItem> = {},
): ConsentItem => ({
  clientId: id(number, "8000"),
  appId: id(number, "9000"),
  displayName: `Client ${number}`,
  subscription: "contoso",
  roles: [{ value: "api.read", description: "Read data", risk: "low" }],
  requestedBy: "Ann Arbor",
  customer: { clients: 3, pending: 1, granted: 2, rejected: 0, revoked: 0 },
  grantUrl: "https://portal.example.com/grant",
  automaticGrant: true,
  consent: pending(number * 4, now),
  revision: "1",
  ...change,
});
