import type { ClientRecords } from "../clients/ports.ts";
import type { EventPublisher } from "../events/client-event.ts";
import type { AlertChannel } from "./alerts/alert.ts";
import type { DeliverDeps } from "./alerts/deliver.ts";
import type { ClockPolicy } from "./clock/policy.ts";
import type { ConsentCases, ConsentDirectory, ConsentQueue } from "./ports.ts";

/** What everything around a consent works with. */
export interface ConsentDeps extends DeliverDeps {
  readonly records: ClientRecords;
  readonly cases: ConsentCases;
  readonly consentDirectory: ConsentDirectory;
  readonly consentQueue: ConsentQueue;
  readonly events: EventPublisher;
  readonly channels: readonly AlertChannel[];
  readonly policy: ClockPolicy;
  /** The directory's page where consent is granted to a client, by its appId. */
  readonly grantUrl: (appId: string) => string;
  /** This service's own page of waiting consents. */
  readonly queueUrl: string;
}
