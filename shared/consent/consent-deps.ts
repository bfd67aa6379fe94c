import type { RoleMeanings } from "../clients/role-meaning.ts";
import type { EventPublisher } from "../events/client-event.ts";
import type { AlertChannel } from "./alerts/alert.ts";
import type { AlertGate } from "./alerts/alert-gate.ts";
import type { ClaimDeps } from "./claim.ts";
import type { Threshold } from "./clock/thresholds.ts";
import type { ConsentCases, ConsentDirectory, ConsentQueue, ConsentRecords } from "./ports.ts";
import type { ConsentPromise } from "./request-consent.ts";

/** What everything around a consent works with. */
export interface ConsentDeps extends ClaimDeps {
  readonly records: ConsentRecords;
  readonly cases: ConsentCases;
  readonly consentDirectory: ConsentDirectory;
  readonly consentQueue: ConsentQueue;
  readonly events: EventPublisher;
  readonly channels: readonly AlertChannel[];
  readonly gate: AlertGate;
  readonly promise: ConsentPromise;
  /** When operators are reminded. */
  readonly thresholds: readonly Threshold[];
  /** Tells these thresholds and open hours from those of another deployment. */
  readonly policy: string;
  /** What the roles that can be asked for mean, for those who decide. */
  readonly roleMeanings: RoleMeanings;
  /** The directory's page where consent is granted to a client, by its appId. */
  readonly grantUrl: (appId: string) => string;
  /** This service's own page of waiting consents. */
  readonly queueUrl: string;
}
