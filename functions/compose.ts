import { openBus } from "../shared/adapters/bus/connect.ts";
import { consentQueue } from "../shared/adapters/bus/consent-queue.ts";
import { eventTopic } from "../shared/adapters/bus/event-topic.ts";
import { gatheredEvents } from "../shared/adapters/bus/gathered-events.ts";
import { operationChecks } from "../shared/adapters/bus/operation-checks.ts";
import { consentDirectory } from "../shared/adapters/directory/consent-directory.ts";
import { gatheredCalls } from "../shared/adapters/directory/gathered-calls.ts";
import { graphDirectory } from "../shared/adapters/directory/graph-directory.ts";
import { graphClient } from "../shared/adapters/directory/transport.ts";
import { cachedToken } from "../shared/adapters/identity/cached-token.ts";
import { directoryCredential } from "../shared/adapters/identity/credentials.ts";
import { tokenEndpoint } from "../shared/adapters/identity/token-endpoint.ts";
import { openChannels } from "../shared/adapters/notify/channels.ts";
import { personMail } from "../shared/adapters/notify/person-mail.ts";
import { activityRecords } from "../shared/adapters/records/activity-records.ts";
import { alertLog } from "../shared/adapters/records/alert-log.ts";
import { checkTables } from "../shared/adapters/records/check-tables.ts";
import { CLIENT } from "../shared/adapters/records/client-rows.ts";
import { openTable } from "../shared/adapters/records/connect.ts";
import { consentCases } from "../shared/adapters/records/consent-cases.ts";
import { gatheredTable } from "../shared/adapters/records/gathered-table.ts";
import { BUSY } from "../shared/adapters/records/operation-rows.ts";
import { operatorKeys } from "../shared/adapters/records/operator-keys.ts";
import { revocationProgress } from "../shared/adapters/records/revocation-progress.ts";
import { runRecords } from "../shared/adapters/records/run-records.ts";
import { stopLog } from "../shared/adapters/records/stop-log.ts";
import { usageBoard } from "../shared/adapters/records/usage-board.ts";
import { watchRecords } from "../shared/adapters/records/watch-records.ts";
import { systemRuntime as runtime } from "../shared/base/runtime.ts";
import { sharedUsage } from "../shared/base/usage.ts";
import { fairMail } from "../shared/care/fair-mail.ts";
import type { ClientRecord } from "../shared/clients/client.ts";
import { rememberedLeads } from "../shared/clients/leads.ts";
import { alertGate } from "../shared/consent/alerts/alert-gate.ts";
import { alertIncident } from "../shared/consent/alerts/alert-incident.ts";
import { alertStop } from "../shared/consent/alerts/alert-stop.ts";
import { purgeAlerts } from "../shared/consent/alerts/purge-alerts.ts";
import { unlistClient } from "../shared/consent/unlist-client.ts";
import { type OperationMessage, workOn } from "../shared/events/operation-message.ts";
import { sharedLine } from "../shared/operations/admission/shared-turn.ts";
import { writeShare } from "../shared/operations/admission/write-share.ts";
import { retireOnTime } from "../shared/operations/credentials/retire-secret.ts";
import {
  checkOperation,
  settleAbandonedCreate,
} from "../shared/operations/settling/check-operation.ts";
import { checkLater } from "../shared/operations/settling/checks.ts";
import { takeStep } from "../shared/operations/whole/take-step.ts";
import type { Settings } from "../shared/settings/settings.ts";
import { composeCare } from "./compose-care.ts";
import { composeEdge } from "./compose-edge.ts";
import { composeOperations } from "./compose-operations.ts";
import { composeWebhooks } from "./compose-webhooks.ts";

/**
 * Settings → adapters → what each trigger works with, and no more: a secret of a channel ends in that channel, and no handler
 * of a customer's request gets to see it.
 */

/** Of `RECONCILE_AFTER`, what a request may take at most: whoever takes an operation over must find nobody at work on it. */
const REQUEST_SHARE = 0.8;
/** The longest answer a caller waits for, in milliseconds (docs/architecture.md). */
const REQUEST_MS = 25_000;
/** Of a request's time, what its directory call may take with all its repeats: the rest is for the records. */
const DIRECTORY_SHARE = 0.75;

/** The longest that one message or one entry of a timer may take, in milliseconds. */
const ENTRY_MS = 25_000;

export function compose(settings: Settings) {
  const { reconcileAfterMs, limits, consent } = settings;
  const requestMs = Math.min(REQUEST_MS, reconcileAfterMs * REQUEST_SHARE);
  const table = (name: string) => openTable(settings.records, name);
  const tables = {
    clients: table("clients"),
    journal: table("journal"),
    idempotency: table("idempotency"),
    consents: table("consents"),
    alerts: table("alerts"),
  };
  const bus = openBus(settings.bus);
  const token = cachedToken(
    directoryCredential(settings.directory),
    settings.directory.graphScope,
    Date.now,
  );
  const graph = {
    client: graphClient(settings.directory.graphBaseUrl, token),
    apis: settings.roleApis,
    runtime,
    budgetMs: requestMs * DIRECTORY_SHARE,
  };
  const registrations = {
    signInAudience: settings.clientSignInAudience,
    certificates: settings.credentials.rules.directory.includes("certificate"),
  };
  const directory = graphDirectory({ ...graph, ...registrations });
  const events = eventTopic(bus);
  const queue = consentQueue(bus);
  const cases = consentCases(tables.consents);
  const promise = { slaMs: consent.slaMs, calendar: consent.calendar };

  const watches = watchRecords(tables.clients);
  const usage = sharedUsage(usageBoard(tables.journal), runtime);

  const shared = {
    directory,
    events,
    consentQueue: queue,
    promise,
    checks: operationChecks(bus),
    line: sharedLine(),
    runtime,
    limits,
    share: writeShare(usage, limits.directoryWritesPerMinute),
    reconcileAfterMs,
    credentialRules: settings.credentials.rules,
  };
  const unlist = (record: ClientRecord) =>
    unlistClient({ cases, consentQueue: queue, runtime }, record);
  const { operations, creating, deleting, settling } = composeOperations(shared, tables, unlist);
  const { records, journal } = operations;
  /** For what was left over while the bus was away: much at once, and what is asked in one turn goes together. */
  const manyEvents = gatheredEvents(events);
  const catchingUp = composeOperations(
    {
      ...shared,
      events: manyEvents,
      directory: graphDirectory({
        ...graph,
        ...registrations,
        client: graphClient(settings.directory.graphBaseUrl, token, gatheredCalls),
      }),
    },
    {
      clients: gatheredTable(tables.clients, [BUSY, CLIENT]),
      journal: gatheredTable(tables.journal),
    },
    unlist,
  );
  const runs = runRecords(tables.journal, runtime.newId);
  const stepping = {
    ...operations,
    runs,
    unlist,
    directoryWritesPerMinute: limits.directoryWritesPerMinute,
  };
  const once = { operatorKeys: operatorKeys(tables.idempotency), runtime, reconcileAfterMs };
  const gate = alertGate(usage, runtime, consent.alerts);
  /** To customers' people; nothing where no mail service is set. */
  const letters =
    consent.letters &&
    fairMail(personMail(consent.letters), gate, usage, consent.alerts.limits.email);
  const alerting = {
    alertLog: alertLog(tables.alerts),
    stopLog: stopLog(tables.alerts),
    channels: gate.paced(openChannels(consent)),
    gate,
    runtime,
    reconcileAfterMs,
  };
  const clock = {
    ...alerting,
    records,
    cases,
    consentDirectory: consentDirectory(graph),
    consentQueue: queue,
    events,
    promise,
    thresholds: consent.thresholds,
    policy: consent.policy,
    roleMeanings: settings.roleMeanings,
    grantUrl: consent.grantUrl,
    queueUrl: consent.queueUrl,
    settleCreate: (ref: { subscription: string; operationId: string }) =>
      settleAbandonedCreate(settling, ref),
  };
  /** A message's lock lasts a minute; the host renews it, but no entry is worth more. */
  const entryMs = Math.min(ENTRY_MS, requestMs);
  const { webhook, delivering } = composeWebhooks(settings, {
    ...once,
    ...{ journal, events, bus, watches, usage, operations: operations.operations },
    table: tables.clients,
    mail: letters,
  });
  const { indexDue, ...care } = composeCare(settings, {
    operations,
    tables,
    watches,
    letters,
    entryMs,
    requestMs,
  });
  const incidents = { channels: alerting.channels, runtime, queueUrl: consent.queueUrl };
  const inAMinute = () => new Date(runtime.now().getTime() + 60_000);
  const handle = (message: OperationMessage): Promise<string> =>
    workOn(message, {
      "operation.check": (it) => checkOperation(settling, it),
      "operation.incident": (it) =>
        alertIncident(
          { ...incidents, putOff: (later) => checkLater(operations, later, inAMinute()) },
          it,
        ),
      "stop.notice": (it) =>
        alertStop(
          {
            ...{ ...incidents, gate, stopLog: alerting.stopLog },
            putOff: (later, at) => checkLater(operations, later, at),
          },
          it,
        ),
      "subscription.run": (it) => takeStep(stepping, it),
      "secret.retire": (it) => retireOnTime(operations, it),
    });
  const lookingUp = { records, directory, leads: rememberedLeads() };
  const edge = composeEdge(settings, { lookingUp, runtime, requestMs });
  return {
    /** What a first request would wait for: every one, and some. */
    ahead: [
      {
        "directory token": token.token,
        "customers' keys": edge.customerToken.ready,
        records: () => checkTables(Object.values(tables)),
        "what others have used": usage.ready,
      },
      { "operators' keys": edge.operatorToken.ready, "Service Bus": queue.ready },
    ],
    edge,
    activity: {
      activity: activityRecords(tables.clients),
      activeOn: [journal.activeOn, cases.decidedOn],
      records,
      runtime,
      activityKeptMs: settings.activityKeptMs,
    },
    reading: { records, directory, runtime, secrets: operations.secrets },
    lookingUp,
    changing: operations,
    making: {
      ...operations,
      tokenEndpoint: tokenEndpoint(settings),
    },
    creating,
    registering: {
      ...creating,
      tokenEndpoint: tokenEndpoint(settings),
      advice: {
        tokenEndpoint: settings.tokenEndpoint,
        resourceScope: settings.resourceScope,
        publicUrl: consent.publicUrl,
      },
      resourceScope: settings.resourceScope,
      signInAudience: settings.clientSignInAudience,
      secretMaxLifetimeDays: limits.secretMaxLifetimeDays,
      canMail: letters !== undefined,
    },
    deleting,
    letters,
    ...care,
    deciding: { ...clock, ...once, automaticGrant: consent.automaticGrant },
    listing: { cases, records, runtime, roleMeanings: settings.roleMeanings },
    parked: { ...settling, ...once },
    restoring: { ...creating, ...once },
    stopping: {
      ...operations,
      ...once,
      cases,
      runs,
      offboardGraceMs: settings.offboardGraceMs,
      roleMeanings: settings.roleMeanings,
    },
    reporting: {
      records,
      secrets: operations.secrets,
      operations: operations.operations,
      activity: activityRecords(tables.clients),
      runtime,
    },
    clock: { ...clock, entryMs },
    sweeping: {
      ...clock,
      progress: revocationProgress(tables.consents),
      revocationEveryMs: consent.revocationEveryMs,
    },
    webhook,
    webhookMessages: { alertLog: alerting.alertLog, runtime, delivering, entryMs },
    operationsQueue: { alertLog: alerting.alertLog, runtime, handle, entryMs },
    reconciling: {
      journal: catchingUp.operations.journal,
      cases,
      operations: operations.operations,
      events: manyEvents,
      runtime,
      reconcileAfterMs,
      activityKeptMs: settings.activityKeptMs,
      check: handle,
      operatorKeys: once.operatorKeys,
      runs,
      purgeAlerts: (now: Date) => purgeAlerts(alerting, now),
      indexDue,
      handle: (message: OperationMessage): Promise<string> =>
        message.type === "operation.check"
          ? checkOperation(catchingUp.settling, message)
          : handle(message),
      entryMs,
    },
    tables: Object.values(tables),
    bus,
    usage,
  };
}
