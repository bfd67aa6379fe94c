/** What a host page sees of the elements. `portal/elements` implements these; the types of the package are this file. */

export type GetAccessToken = (wanted: {
  /** The last token was refused: ask for a new one. */
  readonly refresh: boolean;
}) => Promise<string | undefined> | string | undefined;

interface Hosted extends HTMLElement {
  /** Where the API is, `/api` included; `/api` of this page when left out. */
  api: string;
  /**
   * Gives an access token for the API: nothing when the person has to sign in again. When it rejects, that could not be found out,
   * and it is asked again later. It is called for each request, so a new function costs nothing.
   */
  getAccessToken: GetAccessToken | undefined;
  /** Reads again what is on screen: after signing in again, for example. */
  refresh(): void;
}

export interface LatchkeyClientsElement extends Hosted {
  /**
   * A client's id (with `/` and the id of a secret: and the dialog that rotates it), `new` for the form, `deleted` for those that were,
   * `reminders`, `webhook`, or nothing for the list.
   */
  show: string;
}

export interface LatchkeyConsentsElement extends Hosted {
  /** The id of a client whose request alone is shown; empty: the queue. */
  request: string;
  /** A subscription whose clients and activity are shown, where no request is. */
  customer: string;
}

interface OfClient {
  readonly clientId: string;
}
interface NamedClient extends OfClient {
  readonly displayName: string;
}
interface MadeClient extends NamedClient {
  /** The OAuth client_id. */
  readonly appId: string;
}
interface OfSecret extends OfClient {
  readonly keyId: string;
}
/** Never the value. */
interface MadeSecret extends OfSecret {
  readonly displayName: string;
  /** RFC 3339, UTC */
  readonly expiresAt: string;
}
interface RescheduledSecret extends OfSecret {
  /** RFC 3339, UTC; absent where it stays until it expires. */
  readonly retiresAt?: string;
}
/** A certificate or a federated credential. */
interface OfCredential extends OfClient {
  readonly credentialId: string;
}
interface MadeCredential extends OfCredential {
  readonly kind: "certificate" | "federated";
}
interface Decided extends OfClient {
  readonly appId: string;
}

interface PageEvents {
  /** What is shown changed by itself: `show`, or `request`, or `customer`. */
  readonly "view-changed": CustomEvent<{ readonly show: string; readonly customer?: string }>;
  /** The person asked to sign in again. */
  readonly "sign-in-needed": CustomEvent<Readonly<Record<string, never>>>;
}

export interface LatchkeyClientsEvents extends PageEvents {
  readonly "client-created": CustomEvent<MadeClient>;
  readonly "client-renamed": CustomEvent<NamedClient>;
  readonly "client-deleted": CustomEvent<OfClient>;
  readonly "client-restored": CustomEvent<OfClient>;
  readonly "client-suspended": CustomEvent<OfClient>;
  readonly "client-resumed": CustomEvent<OfClient>;
  readonly "secret-created": CustomEvent<MadeSecret>;
  readonly "secret-rescheduled": CustomEvent<RescheduledSecret>;
  readonly "secret-removed": CustomEvent<OfSecret>;
  readonly "credential-created": CustomEvent<MadeCredential>;
  readonly "credential-removed": CustomEvent<OfCredential>;
}

export interface LatchkeyConsentsEvents extends PageEvents {
  readonly "consent-granted": CustomEvent<Decided>;
  readonly "consent-rejected": CustomEvent<Decided>;
  readonly "consent-revoked": CustomEvent<Decided>;
}

/** The attributes of both, as markup has them. */
export interface LatchkeyAttributes {
  api?: string;
  /** `en`, `de`, `es`, `fr`, `ja`, or a tag such as `de-AT`. */
  lang?: string;
  theme?: "light" | "dark";
  /** Of `<latchkey-clients>`. */
  show?: string;
  /** Of `<latchkey-consents>`: the id of a client whose request alone is shown. */
  request?: string;
  /** Of `<latchkey-consents>`: a subscription whose clients and activity are shown. */
  customer?: string;
}

declare global {
  interface HTMLElementTagNameMap {
    "latchkey-clients": LatchkeyClientsElement;
    "latchkey-consents": LatchkeyConsentsElement;
  }
  interface HTMLElementEventMap extends LatchkeyClientsEvents, LatchkeyConsentsEvents {}
}
