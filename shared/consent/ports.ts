import type { ConsentRequested } from "../messages/consent-requested.ts";

/** The Service Bus queue `consent`. All methods throw `RemoteUnavailable`. */
export interface ConsentQueue {
  /** Throws at once when the bus cannot be reached, so that nothing is begun that could not be announced. */
  ready(): Promise<void>;
  /** The message id is stable, so that a repeat within the queue's duplicate detection window is dropped. */
  sendRequested(message: ConsentRequested): Promise<void>;
}
