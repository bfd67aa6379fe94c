import { createComponent, type EventName } from "@lit/react";
import * as React from "react";
import { LatchkeyClients as ClientsElement } from "../elements/latchkey-clients.ts";
import { LatchkeyConsents as ConsentsElement } from "../elements/latchkey-consents.ts";
import type { LatchkeyClientsEvents, LatchkeyConsentsEvents } from "./types.d.ts";

/** For React 18 and later: properties and events as React writes them. */
const eventName = <T>(name: string): EventName<T & Event> => name as EventName<T & Event>;

export const LatchkeyClients = createComponent({
  react: React,
  tagName: "latchkey-clients",
  elementClass: ClientsElement,
  displayName: "LatchkeyClients",
  events: {
    onClientCreated: eventName<LatchkeyClientsEvents["client-created"]>("client-created"),
    onClientRenamed: eventName<LatchkeyClientsEvents["client-renamed"]>("client-renamed"),
    onClientRestored: eventName<LatchkeyClientsEvents["client-restored"]>("client-restored"),
    onClientSuspended: eventName<LatchkeyClientsEvents["client-suspended"]>("client-suspended"),
    onClientResumed: eventName<LatchkeyClientsEvents["client-resumed"]>("client-resumed"),
    onClientDeleted: eventName<LatchkeyClientsEvents["client-deleted"]>("client-deleted"),
    onSecretCreated: eventName<LatchkeyClientsEvents["secret-created"]>("secret-created"),
    onSecretRescheduled:
      eventName<LatchkeyClientsEvents["secret-rescheduled"]>("secret-rescheduled"),
    onSecretRemoved: eventName<LatchkeyClientsEvents["secret-removed"]>("secret-removed"),
    onCredentialCreated:
      eventName<LatchkeyClientsEvents["credential-created"]>("credential-created"),
    onCredentialRemoved:
      eventName<LatchkeyClientsEvents["credential-removed"]>("credential-removed"),
    onViewChanged: eventName<LatchkeyClientsEvents["view-changed"]>("view-changed"),
    onSignInNeeded: eventName<LatchkeyClientsEvents["sign-in-needed"]>("sign-in-needed"),
  },
});

export const LatchkeyConsents = createComponent({
  react: React,
  tagName: "latchkey-consents",
  elementClass: ConsentsElement,
  displayName: "LatchkeyConsents",
  events: {
    onConsentGranted: eventName<LatchkeyConsentsEvents["consent-granted"]>("consent-granted"),
    onConsentRejected: eventName<LatchkeyConsentsEvents["consent-rejected"]>("consent-rejected"),
    onConsentRevoked: eventName<LatchkeyConsentsEvents["consent-revoked"]>("consent-revoked"),
    onViewChanged: eventName<LatchkeyConsentsEvents["view-changed"]>("view-changed"),
    onSignInNeeded: eventName<LatchkeyConsentsEvents["sign-in-needed"]>("sign-in-needed"),
  },
});
