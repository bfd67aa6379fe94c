import type { ForwardRefExoticComponent, HTMLAttributes, RefAttributes } from "react";
import type {
  GetAccessToken,
  LatchkeyAttributes,
  LatchkeyClientsElement,
  LatchkeyClientsEvents,
  LatchkeyConsentsElement,
  LatchkeyConsentsEvents,
} from "./types.d.ts";

type Told<E> = (event: E) => void;
type Component<Element, Props> = ForwardRefExoticComponent<
  Props &
    Omit<LatchkeyAttributes, "lang"> & { getAccessToken?: GetAccessToken } & Omit<
      HTMLAttributes<Element>,
      keyof Props
    > &
    RefAttributes<Element>
>;

export declare const LatchkeyClients: Component<
  LatchkeyClientsElement,
  {
    onClientCreated?: Told<LatchkeyClientsEvents["client-created"]>;
    onClientRenamed?: Told<LatchkeyClientsEvents["client-renamed"]>;
    onClientRestored?: Told<LatchkeyClientsEvents["client-restored"]>;
    onClientSuspended?: Told<LatchkeyClientsEvents["client-suspended"]>;
    onClientResumed?: Told<LatchkeyClientsEvents["client-resumed"]>;
    onClientDeleted?: Told<LatchkeyClientsEvents["client-deleted"]>;
    onSecretCreated?: Told<LatchkeyClientsEvents["secret-created"]>;
    onSecretRemoved?: Told<LatchkeyClientsEvents["secret-removed"]>;
    onCredentialCreated?: Told<LatchkeyClientsEvents["credential-created"]>;
    onCredentialRemoved?: Told<LatchkeyClientsEvents["credential-removed"]>;
    onViewChanged?: Told<LatchkeyClientsEvents["view-changed"]>;
    onSignInNeeded?: Told<LatchkeyClientsEvents["sign-in-needed"]>;
  }
>;

export declare const LatchkeyConsents: Component<
  LatchkeyConsentsElement,
  {
    onConsentGranted?: Told<LatchkeyConsentsEvents["consent-granted"]>;
    onConsentRejected?: Told<LatchkeyConsentsEvents["consent-rejected"]>;
    onConsentRevoked?: Told<LatchkeyConsentsEvents["consent-revoked"]>;
    onSignInNeeded?: Told<LatchkeyConsentsEvents["sign-in-needed"]>;
  }
>;
