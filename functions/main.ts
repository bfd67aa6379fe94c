import { join } from "node:path";
import { app } from "@azure/functions";
import { openBus } from "../shared/adapters/bus/connect.ts";
import { consentQueue } from "../shared/adapters/bus/consent-queue.ts";
import { eventTopic } from "../shared/adapters/bus/event-topic.ts";
import { consentDirectory } from "../shared/adapters/directory/consent-directory.ts";
import { graphDirectory } from "../shared/adapters/directory/graph-directory.ts";
import { graphClient } from "../shared/adapters/directory/transport.ts";
import { cachedToken } from "../shared/adapters/identity/cached-token.ts";
import { directoryCredential } from "../shared/adapters/identity/credentials.ts";
import { tokenVerifier } from "../shared/adapters/identity/token-verifier.ts";
import { openChannels } from "../shared/adapters/notify/channels.ts";
import { alertLog } from "../shared/adapters/records/alert-log.ts";
import { clientRecords } from "../shared/adapters/records/client-records.ts";
import { openTable } from "../shared/adapters/records/connect.ts";
import { consentCases } from "../shared/adapters/records/consent-cases.ts";
import { idempotencyRecords } from "../shared/adapters/records/idempotency.ts";
import { tableJournal } from "../shared/adapters/records/journal.ts";
import { revocationProgress } from "../shared/adapters/records/revocation-progress.ts";
import { systemRuntime as runtime } from "../shared/base/runtime.ts";
import { readSettings } from "../shared/settings/settings.ts";
import type { Route, RouteContract } from "./edge/route.ts";
import { serve } from "./edge/serve.ts";
import { adminConsentsGrant } from "./http/admin-consents-grant.ts";
import { adminConsentsList } from "./http/admin-consents-list.ts";
import { adminConsentsReject } from "./http/admin-consents-reject.ts";
import { adminConsentsVerify } from "./http/admin-consents-verify.ts";
import { clientsCreate } from "./http/clients-create.ts";
import { clientsDelete } from "./http/clients-delete.ts";
import { clientsGet } from "./http/clients-get.ts";
import { clientsList } from "./http/clients-list.ts";
import { clientsRename } from "./http/clients-rename.ts";
import { eventsDocument } from "./http/events.ts";
import { healthLive, healthReady } from "./http/health.ts";
import { openapi } from "./http/openapi.ts";
import { portal } from "./http/portal.ts";
import { preflight } from "./http/preflight.ts";
import { secretsAdd } from "./http/secrets-add.ts";
import { secretsRemove } from "./http/secrets-remove.ts";
import { unrouted } from "./http/unrouted.ts";
import { consentClock } from "./service-bus/consent-clock.ts";
import { startTelemetry } from "./telemetry/start.ts";
import { consentRevocationsTimer } from "./timer/consent-revocations.ts";
import { consentSweepTimer } from "./timer/consent-sweep.ts";
import { reconcileTimer } from "./timer/reconcile.ts";

/** The composition root: settings → adapters → every route, queue and timer there is. */

const settings = readSettings();
await startTelemetry(app, settings.telemetry);

/** Of an operation's time, what its one directory call may take: the rest is for the records. */
const DIRECTORY_BUDGET_MS = Math.min(20_000, settings.reconcileAfterMs * 0.6);

const graphToken = cachedToken(
  directoryCredential(settings.directory),
  settings.directory.graphScope,
  Date.now,
);
const graph = {
  client: graphClient(settings.directory.graphBaseUrl, graphToken),
  resourceAppId: settings.resource.appId,
  roleIds: settings.resource.roleIds,
  runtime,
  budgetMs: DIRECTORY_BUDGET_MS,
};
const directory = graphDirectory({ ...graph, signInAudience: settings.clientSignInAudience });
const records = clientRecords(openTable(settings.records, "clients"), runtime.newId, runtime.pause);
const journal = tableJournal(openTable(settings.records, "journal"));
const idempotency = idempotencyRecords(openTable(settings.records, "idempotency"));
const consents = openTable(settings.records, "consents");
const bus = openBus(settings.bus);
const queue = consentQueue(bus);
const events = eventTopic(bus);

const common = {
  directory,
  records,
  journal,
  idempotency,
  events,
  consentQueue: queue,
  runtime,
  limits: settings.limits,
  consentSlaMs: settings.consent.slaMs,
  consentCalendar: settings.consent.calendar,
  reconcileAfterMs: settings.reconcileAfterMs,
  advice: { tokenEndpoint: settings.tokenEndpoint, resourceScope: settings.resourceScope },
  signInAudience: settings.clientSignInAudience,
  secretMaxLifetimeDays: settings.limits.secretMaxLifetimeDays,
};
const consentCommon = {
  ...common,
  ...settings.consent,
  cases: consentCases(consents),
  alertLog: alertLog(openTable(settings.records, "alerts")),
  progress: revocationProgress(consents),
  consentDirectory: consentDirectory(graph),
  channels: openChannels(settings.consent),
  policy: settings.consent,
};
const edge = {
  customerToken: tokenVerifier(settings.customers),
  operatorToken: tokenVerifier(settings.operators),
  subscriptionClaim: settings.subscriptionClaim,
  operatorRole: settings.operatorRole,
  corsOrigins: settings.corsOrigins,
};

const contracts: RouteContract[] = [];
function http<C extends RouteContract>(route: Route<C>): void {
  const { name, method, path } = route.contract;
  contracts.push(route.contract);
  app.http(name, {
    route: `api${path}`,
    methods: [method],
    authLevel: "anonymous",
    handler: serve(edge, route),
  });
}

http(clientsCreate(common));
http(clientsList(common));
http(clientsGet(common));
http(clientsRename(common));
http(clientsDelete(common));
http(secretsAdd(common));
http(secretsRemove(common));
http(adminConsentsList(consentCommon));
http(adminConsentsVerify(consentCommon));
http(adminConsentsGrant(consentCommon));
http(adminConsentsReject(consentCommon));
http(healthLive());
http(healthReady({ checks: [() => records.account("health"), queue.ready] }));
http(eventsDocument());
http(openapi(contracts));
// Azure takes the first function, by name, whose route and method fit: what catches all has to come last, the narrower first.
app.http("zz-api-unrouted", {
  route: "api/{*path}",
  methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
  authLevel: "anonymous",
  handler: unrouted(edge, contracts),
});
app.http("zz-api-preflight", {
  route: "api/{*path}",
  methods: ["OPTIONS"],
  authLevel: "anonymous",
  handler: preflight(settings.corsOrigins),
});

app.http("zz-portal", {
  route: "{*path}",
  methods: ["GET", "HEAD"],
  authLevel: "anonymous",
  handler: portal({ folder: join(import.meta.dirname, "portal"), signIn: settings.portal }),
});

app.timer("reconcile", {
  schedule: settings.reconcileSchedule,
  handler: reconcileTimer(common),
});

app.serviceBusQueue("consent-clock", {
  queueName: "consent",
  connection: "ServiceBusConnection",
  handler: consentClock(consentCommon),
});
app.timer("consent-sweep", {
  schedule: settings.consent.sweepSchedule,
  handler: consentSweepTimer(consentCommon),
});
app.timer("consent-revocations", {
  schedule: settings.consent.revocationSchedule,
  handler: consentRevocationsTimer(consentCommon),
});
