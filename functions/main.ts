import { join } from "node:path";
import { app } from "@azure/functions";
import { checkEntities } from "../shared/adapters/bus/check-entities.ts";
import { checkTables } from "../shared/adapters/records/check-tables.ts";
import { systemRuntime } from "../shared/base/runtime.ts";
import { readSettings } from "../shared/settings/settings.ts";
import { compose } from "./compose.ts";
import { methodsOf } from "./edge/methods.ts";
import type { Route, RouteContract } from "./edge/route.ts";
import { serve } from "./edge/serve.ts";
import { exchangeUsage } from "./exchange-usage.ts";
import { adminClientsResume, adminClientsSuspend } from "./http/admin/admin-clients.ts";
import { adminConsentsGet } from "./http/admin/admin-consents-get.ts";
import { adminConsentsGrant } from "./http/admin/admin-consents-grant.ts";
import { adminConsentsList } from "./http/admin/admin-consents-list.ts";
import { adminConsentsReject } from "./http/admin/admin-consents-reject.ts";
import { adminConsentsRevoke } from "./http/admin/admin-consents-revoke.ts";
import { adminConsentsVerify } from "./http/admin/admin-consents-verify.ts";
import { adminClientsPurge, adminClientsRestore } from "./http/admin/admin-deleted.ts";
import {
  adminOperationsGiveUp,
  adminOperationsList,
  adminOperationsRetry,
} from "./http/admin/admin-operations.ts";
import { adminOperationsGet } from "./http/admin/admin-operations-get.ts";
import {
  adminSubscriptionsBlock,
  adminSubscriptionsKeep,
  adminSubscriptionsOffboard,
  adminSubscriptionsResume,
  adminSubscriptionsSuspend,
  adminSubscriptionsUnblock,
} from "./http/admin/admin-subscriptions.ts";
import { adminSubscriptionsGet } from "./http/admin/admin-subscriptions-get.ts";
import { adminSubscriptionsReport } from "./http/admin/admin-subscriptions-report.ts";
import { calendar } from "./http/care/calendar.ts";
import {
  calendarLinkDelete,
  calendarLinkGet,
  calendarLinkMake,
} from "./http/care/calendar-link.ts";
import { unsubscribe } from "./http/care/unsubscribe.ts";
import {
  clientWatchDelete,
  clientWatchGet,
  clientWatchPut,
  watchDelete,
  watchGet,
  watchPut,
} from "./http/care/watch.ts";
import { webhookDeliveries, webhookGet, webhookRemove, webhookSet } from "./http/care/webhook.ts";
import { webhookRotateSecret, webhookTest } from "./http/care/webhook-actions.ts";
import { adminActivityList, clientsActivity } from "./http/clients/activity.ts";
import { clientsCreate } from "./http/clients/clients-create.ts";
import { clientsDelete } from "./http/clients/clients-delete.ts";
import { clientsGet } from "./http/clients/clients-get.ts";
import { adminSubscriptionsClients, clientsList } from "./http/clients/clients-list.ts";
import { clientsRename } from "./http/clients/clients-rename.ts";
import { clientsRestore } from "./http/clients/clients-restore.ts";
import { clientsResume, clientsSuspend } from "./http/clients/clients-suspend.ts";
import { lookup } from "./http/clients/lookup.ts";
import { certificatesAdd } from "./http/credentials/certificates-add.ts";
import { certificatesGet, certificatesList } from "./http/credentials/certificates-get.ts";
import { certificatesRemove } from "./http/credentials/certificates-remove.ts";
import { certificatesReschedule } from "./http/credentials/certificates-reschedule.ts";
import { certificatesRotate } from "./http/credentials/certificates-rotate.ts";
import { credentialsList } from "./http/credentials/credentials-list.ts";
import { federatedAdd } from "./http/credentials/federated-add.ts";
import {
  federatedDryRun,
  federatedList,
  federatedPresets,
} from "./http/credentials/federated-read.ts";
import { federatedRemove } from "./http/credentials/federated-remove.ts";
import { secretsAdd } from "./http/credentials/secrets-add.ts";
import { secretsGet } from "./http/credentials/secrets-get.ts";
import { secretsList } from "./http/credentials/secrets-list.ts";
import { secretsRemove } from "./http/credentials/secrets-remove.ts";
import { secretsReschedule } from "./http/credentials/secrets-reschedule.ts";
import { secretsRotate } from "./http/credentials/secrets-rotate.ts";
import { about } from "./http/documents/about.ts";
import { eventsDocument } from "./http/documents/events.ts";
import { healthLive, healthReady } from "./http/documents/health.ts";
import { openapi } from "./http/documents/openapi.ts";
import { portal } from "./http/documents/portal.ts";
import { problemPages } from "./http/documents/problem-pages.ts";
import { preflight } from "./http/preflight.ts";
import { register } from "./http/registration/register.ts";
import {
  registrationDelete,
  registrationGet,
  registrationUpdate,
} from "./http/registration/registrations.ts";
import { selfGet } from "./http/self/self-get.ts";
import { selfRotate } from "./http/self/self-rotate.ts";
import { unrouted } from "./http/unrouted.ts";
import { consentClock } from "./service-bus/consent-clock.ts";
import { operationsQueue } from "./service-bus/operations.ts";
import { webhookEvents, webhookRetries } from "./service-bus/webhooks.ts";
import { startTelemetry } from "./telemetry/start.ts";
import { careTimer } from "./timer/care.ts";
import { consentRevocationsTimer } from "./timer/consent-revocations.ts";
import { consentSweepTimer } from "./timer/consent-sweep.ts";
import { reconcileTimer } from "./timer/reconcile.ts";
import { secretsLookTimer } from "./timer/secrets-look.ts";
import { warmUp } from "./warm-up.ts";

/** Every route, queue and timer there is. `compose.ts` says what each works with. */

const settings = readSettings();
await startTelemetry(app, settings.telemetry);
for (const sentence of settings.lacking) console.warn(`Latchkey goes without: ${sentence}`);

const built = compose(settings);
const advice = { tokenEndpoint: settings.tokenEndpoint, resourceScope: settings.resourceScope };
const { clientSignInAudience: signInAudience } = settings;
const { secretMaxLifetimeDays } = settings.limits;
const { rules, certificateMaxLifetimeMs } = settings.credentials;
const { automaticGrant, grantUrl } = settings.consent;
const { keys } = settings;

const contracts: RouteContract[] = [];
function http<C extends RouteContract>(route: Route<C>): void {
  const { name, path } = route.contract;
  contracts.push(route.contract);
  app.http(name, {
    route: `api${path}`,
    methods: [...methodsOf(route.contract)],
    authLevel: "anonymous",
    handler: serve(built.edge, route),
  });
}

const { canMail } = built.watching;
http(clientsCreate({ ...built.creating, advice, signInAudience, canMail, canRotate: !!keys }));
http(clientsList({ ...built.reading, advice }));
http(clientsGet({ ...built.reading, advice }));
http(clientsActivity(built.activity));
http(clientsRename({ ...built.changing, signInAudience }));
http(clientsDelete(built.deleting));
http(calendarLinkMake(built.calendar));
http(calendarLinkGet(built.calendar));
http(calendarLinkDelete(built.calendar));
http(watchGet(built.watching));
http(watchPut(built.watching));
http(watchDelete(built.watching));
http(clientWatchGet(built.watching));
http(clientWatchPut(built.watching));
http(clientWatchDelete(built.watching));
http(clientsRestore({ ...built.creating, advice }));
if (settings.dynamicRegistration) {
  const registering = { ...built.registering, canRotate: !!keys };
  http(register(registering));
  http(registrationGet(registering));
  http(registrationUpdate(registering));
  http(registrationDelete(built.deleting));
}
http(clientsSuspend(built.changing));
http(clientsResume(built.changing));
http(secretsList(built.reading));
http(secretsGet(built.reading));
http(secretsAdd({ ...built.making, secretMaxLifetimeDays }));
http(secretsRotate({ ...built.making, secretMaxLifetimeDays }));
http(secretsReschedule(built.rescheduling));
http(secretsRemove(built.changing));
http(credentialsList({ ...built.reading, rules }));
http(certificatesList(built.reading));
http(certificatesGet(built.reading));
http(certificatesAdd({ ...built.making, certificateMaxLifetimeMs }));
http(certificatesRotate({ ...built.making, certificateMaxLifetimeMs }));
http(certificatesReschedule(built.rescheduling));
http(certificatesRemove(built.changing));
http(federatedAdd(built.making));
http(federatedList(built.reading));
http(federatedDryRun(built.reading));
http(federatedRemove(built.changing));
http(federatedPresets());
http(webhookSet(built.webhook));
http(webhookGet(built.webhook));
http(webhookRemove(built.webhook));
http(webhookTest(built.webhook));
http(webhookDeliveries(built.webhook));
http(webhookRotateSecret(built.webhook));
http(adminActivityList(built.activity));
http(adminConsentsList({ ...built.listing, automaticGrant, grantUrl }));
http(adminConsentsGet({ ...built.listing, automaticGrant, grantUrl }));
http(adminConsentsVerify(built.deciding));
http(adminConsentsGrant(built.deciding));
http(adminConsentsRevoke(built.deciding));
http(adminConsentsReject(built.deciding));
http(adminClientsSuspend({ ...built.stopping, automaticGrant, grantUrl }));
http(adminClientsResume({ ...built.stopping, automaticGrant, grantUrl }));
http(adminClientsRestore(built.restoring));
http(adminClientsPurge(built.restoring));
http(adminSubscriptionsGet(built.stopping));
http(adminSubscriptionsClients({ ...built.reading, advice }));
http(adminSubscriptionsSuspend(built.stopping));
http(adminSubscriptionsResume(built.stopping));
http(adminSubscriptionsOffboard(built.stopping));
http(adminSubscriptionsKeep(built.stopping));
http(adminSubscriptionsReport(built.reporting));
http(adminSubscriptionsBlock(built.stopping));
http(adminSubscriptionsUnblock(built.stopping));
http(adminOperationsGet(built.stopping));
http(adminOperationsList(built.stopping));
http(adminOperationsRetry(built.parked));
http(adminOperationsGiveUp(built.parked));
http(lookup(built.lookingUp));
if (keys) http(selfGet({ ...built.reading, rules }));
if (keys) http(selfRotate({ ...built.making, secretMaxLifetimeDays, certificateMaxLifetimeMs }));
http(
  about({
    ...{ signInAudience, secretMaxLifetimeDays, rules },
    sampleCall: settings.sampleCallUrl,
    rotateScope: keys?.scope,
  }),
);
http(healthLive());
http(
  healthReady({
    runtime: systemRuntime,
    checks: [
      () => checkTables(built.tables),
      () => checkEntities(built.bus, ["consent", "operations", "webhooks", "client-events"]),
    ],
  }),
);
http(eventsDocument());
const { customers, operators, clients, supportUrl: support } = settings;
http(openapi(contracts, { customers, operators, clients, support }));
// Azure takes the first function, by name, whose route and method fit: what catches all has to come last, the narrower first.
app.http("zz-api-unrouted", {
  route: "api/{*path}",
  methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
  authLevel: "anonymous",
  handler: unrouted(built.edge, contracts),
});
app.http("zz-api-preflight", {
  route: "api/{*path}",
  methods: ["OPTIONS"],
  authLevel: "anonymous",
  handler: preflight(built.edge, contracts),
});

const portalFolder = join(import.meta.dirname, "portal");
app.http("problems", {
  route: "problems/{type?}",
  methods: ["GET", "HEAD"],
  authLevel: "anonymous",
  handler: problemPages({ folder: portalFolder, support }),
});

app.http("calendar", {
  route: "calendar/{address}",
  methods: ["GET", "HEAD"],
  authLevel: "anonymous",
  handler: calendar(built.calendar),
});
app.http("unsubscribe", {
  route: "unsubscribe",
  methods: ["GET", "HEAD", "POST"],
  authLevel: "anonymous",
  handler: unsubscribe({ ...built.unsubscribing, folder: portalFolder }),
});

app.http("zz-portal", {
  route: "{*path}",
  methods: ["GET", "HEAD"],
  authLevel: "anonymous",
  handler: portal({ folder: portalFolder, signIn: settings.portal }),
});

app.timer("reconcile", {
  schedule: settings.reconcileSchedule,
  handler: reconcileTimer(built.reconciling),
});
app.timer("care", {
  schedule: settings.careSchedule,
  handler: careTimer(built.caring),
});
app.serviceBusQueue("operations", {
  queueName: "operations",
  connection: "ServiceBusConnection",
  handler: operationsQueue(built.operationsQueue),
});

app.serviceBusQueue("consent-clock", {
  queueName: "consent",
  connection: "ServiceBusConnection",
  handler: consentClock(built.clock),
});
app.timer("consent-sweep", {
  schedule: settings.consent.sweepSchedule,
  handler: consentSweepTimer(built.clock),
});
app.timer("consent-revocations", {
  schedule: settings.consent.revocationSchedule,
  handler: consentRevocationsTimer(built.sweeping),
});

app.timer("secrets-look", {
  schedule: settings.secretsLookSchedule,
  handler: secretsLookTimer(built.lookingForSecrets),
});
app.serviceBusTopic("webhook-events", {
  topicName: "client-events",
  subscriptionName: "webhooks",
  connection: "ServiceBusConnection",
  handler: webhookEvents(built.webhookMessages),
});
app.serviceBusQueue("webhook-retries", {
  queueName: "webhooks",
  connection: "ServiceBusConnection",
  handler: webhookRetries(built.webhookMessages),
});

exchangeUsage(built.usage);
warmUp(built.ahead);
