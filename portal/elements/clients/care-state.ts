import type {
  CalendarLink,
  CalendarLinkState,
  Watch,
  Webhook,
  WebhookDelivery,
} from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

/** What is known of one of the pages that come later; nothing before the first answer. */
interface Page {
  readonly trouble?: Trouble | undefined;
  readonly isBusy?: boolean;
}

/** Who is told of all clients, and by which calendar. */
export interface Reminders extends Page {
  readonly watch?: Watch | undefined;
  readonly link?: CalendarLinkState | undefined;
  /** The address itself, for as long as this page is shown: it is in one answer. */
  readonly made?: CalendarLink | undefined;
}

/** The subscription's webhook. */
export interface ShownWebhook extends Page {
  /** `none`: asked for, and there is no such thing. */
  readonly webhook?: Webhook | "none" | undefined;
  readonly deliveries?: readonly WebhookDelivery[] | undefined;
  /** What came of the test that was just made. */
  readonly tested?: WebhookDelivery | undefined;
}

/** A webhook's secret, shown this once. */
export interface WebhookSecret {
  readonly value: string;
  readonly copied: boolean;
  /** Closing was asked for before it was copied. */
  readonly unsure: boolean;
}

export interface CareState {
  /** Why the part could not be loaded. */
  readonly trouble?: Trouble | undefined;
  readonly reminders?: Reminders | undefined;
  readonly webhook?: ShownWebhook | undefined;
  readonly secret?: WebhookSecret | undefined;
}

export function setCare(el: LatchkeyClients, change: Partial<CareState>): void {
  el.set({ care: { ...el.state.care, ...change } });
}
