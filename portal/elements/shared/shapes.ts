import type { Shaped } from "../../../functions/edge/shape.ts";
import type {
  ConsentItemListShape,
  ConsentItemShape,
} from "../../../functions/http/admin/admin-shapes.ts";
import type { OperationShape } from "../../../functions/http/admin/operation-shapes.ts";
import type {
  ReportedClientShape,
  ReportShape,
} from "../../../functions/http/admin/report-shapes.ts";
import type { SubscriptionShape } from "../../../functions/http/admin/subscription-shape.ts";
import type {
  LinkShape,
  LinkStateShape,
} from "../../../functions/http/care/calendar-link-shapes.ts";
import type { WatchShape } from "../../../functions/http/care/watch-shape.ts";
import type {
  DeliveryListShape,
  DeliveryShape,
  WebhookShape,
  WebhookWithSecretShape,
} from "../../../functions/http/care/webhook-shapes.ts";
import type {
  ActivityListShape,
  ActivityShape,
} from "../../../functions/http/clients/activity-shape.ts";
import type { CertificateShape } from "../../../functions/http/credentials/certificate-shapes.ts";
import type { CredentialListShape } from "../../../functions/http/credentials/credential-shapes.ts";
import type { PresetListShape } from "../../../functions/http/credentials/preset-shapes.ts";
import type {
  ReplacedShape,
  RotatedSecretShape,
} from "../../../functions/http/credentials/secret-shapes.ts";
import type { AboutShape } from "../../../functions/http/documents/about-shape.ts";
import type {
  ClientListShape,
  ClientShape,
  ConsentShape,
  NewSecretShape,
  SecretShape,
} from "../../../functions/http/shapes.ts";

/** What the API answers, taken from the API's own schemas: types only, so nothing of them is shipped to the browser. */
export type About = Shaped<typeof AboutShape>;
export type Client = Shaped<typeof ClientShape>;
export type Secret = Shaped<typeof SecretShape>;
/** The portal asks for no encrypted value. */
type WithValue = { readonly secretText: string };
export type NewSecret = Shaped<typeof NewSecretShape> & WithValue;
export type Consent = Shaped<typeof ConsentShape>;
export type ClientList = Shaped<typeof ClientListShape>;
export type Role = Client["roles"][number];

/** What an operator sees of a consent. */
export type ConsentItem = Shaped<typeof ConsentItemShape>;
export type ConsentItemList = Shaped<typeof ConsentItemListShape>;
export type Counts = NonNullable<ConsentItemList["counts"]>;

/** What operators have done to a whole subscription. */
export type Subscription = Shaped<typeof SubscriptionShape>;
/** A consent as it is shown: alone, it is shown with what its subscription is stopped by. */
export type ShownConsent = ConsentItem & { readonly stops?: Subscription };
export type Operation = Shaped<typeof OperationShape>;
/** All that was there of a customer, a page of its activity at a time. */
export type Report = Shaped<typeof ReportShape>;
export type ReportedClient = Shaped<typeof ReportedClientShape>;

export type RotatedSecret = Shaped<typeof RotatedSecretShape> & WithValue;
/** A secret with the times that were said of it. */
export type ScheduledSecret = Shaped<typeof ReplacedShape>;
/** One of those that hold a client's places. */
export type HeldSecret = Pick<Secret, "keyId" | "displayName" | "hint" | "expiresAt">;
/** A credential of any kind; secrets have a list of their own. */
export type Keyless = CredentialList["items"][number];
export type Certificate = Shaped<typeof CertificateShape>;
export type CredentialList = Shaped<typeof CredentialListShape>;
export type FederatedPresetList = Shaped<typeof PresetListShape>;
export type FederatedPreset = FederatedPresetList["items"][number];
export type Watch = Shaped<typeof WatchShape>;

export type CalendarLink = Shaped<typeof LinkShape>;
export type CalendarLinkState = Shaped<typeof LinkStateShape>;

export type Webhook = Shaped<typeof WebhookShape>;
export type WebhookWithSecret = Shaped<typeof WebhookWithSecretShape>;
export type WebhookDelivery = Shaped<typeof DeliveryShape>;
export type WebhookDeliveryList = Shaped<typeof DeliveryListShape>;

/** Who did what. */
export type Activity = Shaped<typeof ActivityShape>;
export type ActivityList = Shaped<typeof ActivityListShape>;
