import { createComponent, type EventName } from "@lit/react";
import * as React from "react";
import { LatchkeyClients as ClientsElement } from "../elements/latchkey-clients.ts";
import { LatchkeyConsents as ConsentsElement } from "../elements/latchkey-consents.ts";
import type { LatchkeyClientsEvents, LatchkeyConsentsEvents } from "./types.d.ts";

/** For React 18 and later: properties and events as React writes them. */
const of = <T>(name: string): EventName<T & Event> => name as EventName<T & Event>;

export const LatchkeyClients = createComponent({
  react: React,
  tagName: "latchkey-clients",
  elementClass: ClientsElement,
  displayName: "LatchkeyClients",
  events: {
    onClientCreated: of<LatchkeyClientsEvents["client-created"]>("client-created"),
    onClientRenamed: of<LatchkeyClientsEvents["client-renamed"]>("client-renamed"),
    onClientRestored: of<LatchkeyClientsEvents["client-restored"]>("client-restored"),
    onClientSuspended: of<LatchkeyClientsEvents["client-suspended"]>("client-suspended"),
    onClientResumed: of<LatchkeyClientsEvents["client-resumed"]>("client-resumed"),
    onClientDeleted: of<LatchkeyClientsEvents["client-deleted"]>("client-deleted"),
    onSecretCreated: of<LatchkeyClientsEvents["secret-created"]>("secret-created"),
    onSecretRescheduled: of<LatchkeyClientsEvents["secret-rescheduled"]>("secret-rescheduled"),
    onSecretRemoved: of<LatchkeyClientsEvents["secret-removed"]>("secret-removed"),
    onCredentialCreated: of<LatchkeyClientsEvents["credential-created"]>("credential-created"),
    onCredentialRemoved: of<LatchkeyClientsEvents["credential-removed"]>("credential-removed"),
    onViewChanged: of<LatchkeyClientsEvents["view-changed"]>("view-changed"),
    onSignInNeeded: of<LatchkeyClientsEvents["sign-in-needed"]>("sign-in-needed"),
  },
});

export const LatchkeyConsents = createComponent({
  react: React,
  tagName: "latchkey-consents",
  elementClass: ConsentsElement,
  displayName: "LatchkeyConsents",
  events: {
    onConsentGranted: of<LatchkeyConsentsEvents["consent-granted"]>("consent-granted"),
    onConsentRejected: of<LatchkeyConsentsEvents["consent-rejected"]>("consent-rejected"),
    onConsentRevoked: of<LatchkeyConsentsEvents["consent-revoked"]>("consent-revoked"),
    onViewChanged: of<LatchkeyConsentsEvents["view-changed"]>("view-changed"),
    onSignInNeeded: of<LatchkeyConsentsEvents["sign-in-needed"]>("sign-in-needed"),
  },
});
