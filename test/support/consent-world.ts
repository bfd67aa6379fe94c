import { keySafe } from "../../shared/adapters/key-safe.ts";
import { alertLog } from "../../shared/adapters/records/alert-log.ts";
import { consentCases } from "../../shared/adapters/records/consent-cases.ts";
import { caseRow } from "../../shared/adapters/records/consent-rows.ts";
import { revocationProgress } from "../../shared/adapters/records/revocation-progress.ts";
import { stopLog } from "../../shared/adapters/records/stop-log.ts";
import type { Table } from "../../shared/adapters/records/table.ts";
import { usageBoard } from "../../shared/adapters/records/usage-board.ts";
import { RemoteUnavailable } from "../../shared/base/unavailable.ts";
import { sharedUsage } from "../../shared/base/usage.ts";
import type { ClientRecord, Role } from "../../shared/clients/client.ts";
import type { Alert } from "../../shared/consent/alerts/alert.ts";
import { alertGate, type GateOptions } from "../../shared/consent/alerts/alert-gate.ts";
import { always } from "../../shared/consent/clock/calendar.ts";
import type { HandleRequestedDeps } from "../../shared/consent/clock/handle-requested.ts";
import { parseThresholds } from "../../shared/consent/clock/thresholds.ts";
import { type CaseGrant, type ConsentCase, openCase } from "../../shared/consent/consent-case.ts";
import type { ConsentDirectory, GrantStatus } from "../../shared/consent/ports.ts";
import type { RevocationDeps } from "../../shared/consent/sweeps/revocation-pass.ts";
import type { SweepDeps } from "../../shared/consent/sweeps/sweep.ts";
import type { ClientEvent } from "../../shared/events/client-event.ts";
import type { ConsentLook } from "../../shared/events/consent-look.ts";
import type { ConsentMessage } from "../../shared/events/consent-message.ts";
import { memoryConsentDirectory } from "../doubles/memory-consent-directory.ts";
import { memoryTable } from "../doubles/memory-table.ts";
import { memoryRecords } from "./memory-records.ts";
import { aRecord, NOON, newId, ROLE_MEANINGS } from "./samples.ts";

type Service = "webhook" | "email" | "events" | "directory" | "bus";
type WorldDeps = RevocationDeps & SweepDeps & HandleRequestedDeps;

/** Everything around consents in memory, with a clock that a test sets. */
export function consentWorld(gated: Partial<GateOptions> = {}) {
  const clients = memoryRecords();
  const consents = counted(memoryTable(), clients.counts);
  let now = NOON;
  const runtime = { now: () => now, newId, pause: async () => undefined, random: () => 0.5 };
  const alerts: Alert[] = [];
  const mails: Alert[] = [];
  const tries = new Map<string, number>();
  const events: ClientEvent[] = [];
  const looks: Date[] = [];
  const lookMessages: ConsentLook[] = [];
  const putOff: { readonly message: ConsentMessage; readonly at: Date }[] = [];
  const directory = memoryConsentDirectory(newId);
  const roles = new Map<string, readonly Role[]>();
  /** What the directory is made to show of a client; not granted, and nothing more, when nothing was said. */
  const statuses = {
    set: (clientId: string, shown: GrantStatus | "not known"): void => {
      if (shown === "not known") directory.silence(clientId);
      else if (shown.status === "absent") directory.delete(clientId);
      else {
        directory.withdraw(clientId);
        const asked = (roles.get(clientId) ?? []).map((role) => ({ role }));
        if (shown.status === "granted") directory.assign(clientId, asked, shown.principalId);
      }
    },
  };
  const away = new Set<Service>();
  /** For how many seconds what is away asks to be left alone. */
  const pauses = new Map<string, number>();
  const calls = Object.assign(directory.calls, { transfers: 0 });
  const reach = (service: Service): void => {
    if (!away.has(service)) return;
    const name = service === "directory" ? service : service === "bus" ? service : "alerts";
    const retryAfterSeconds = pauses.get(service);
    throw new RemoteUnavailable(name, {
      executed: "unknown",
      ...(retryAfterSeconds !== undefined && { throttled: true, retryAfterSeconds }),
    });
  };
  const channel = (name: "webhook" | "email") => ({
    name,
    send: async (alert: Alert) => {
      tries.set(name, (tries.get(name) ?? 0) + 1);
      reach(name);
      (name === "webhook" ? alerts : mails).push(alert);
    },
  });
  const reached = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      reach("directory");
      return call(...args);
    };
  };
  const { see, granted, carried, assignments, registrations, grant, revoke } = directory;
  const consentDirectory: ConsentDirectory = {
    see: reached(see),
    granted: reached(granted),
    carried: reached(carried),
    assignments: reached(assignments),
    registrations: reached(registrations),
    grant: reached(grant),
    revoke: reached(revoke),
  };
  const usage = sharedUsage(usageBoard(memoryTable()), runtime);
  const gate = alertGate(usage, runtime, { budget: 1_000, limits: {}, ...gated });
  const alertTable = memoryTable();
  const deps: WorldDeps = {
    records: clients.records,
    cases: consentCases(consents),
    alertLog: alertLog(alertTable),
    stopLog: stopLog(alertTable),
    progress: revocationProgress(memoryTable()),
    settleCreate: async () => "waiting",
    consentDirectory,
    consentQueue: {
      ready: async () => undefined,
      scheduleRequested: async () => async () => undefined,
      putOff: async (message, at) => {
        reach("bus");
        putOff.push({ message, at });
      },
      scheduleLook: async (look, at) => {
        reach("bus");
        lookMessages.push(look);
        looks.push(at);
      },
    },
    events: {
      publish: async (event) => {
        reach("events");
        calls.transfers += 1;
        events.push(event);
      },
      publishAll: async (several) => {
        reach("events");
        calls.transfers += 1;
        events.push(...several);
      },
    },
    channels: gate.paced([channel("webhook"), channel("email")]),
    gate,
    promise: { slaMs: 86_400_000, calendar: always },
    thresholds: parseThresholds("50%,80%,100%,150%"),
    policy: "as set",
    runtime,
    roleMeanings: ROLE_MEANINGS,
    grantUrl: (appId) => `https://directory.example/${appId}`,
    queueUrl: "https://latchkey.example/consents",
    reconcileAfterMs: 120_000,
    revocationEveryMs: 3_600_000,
  };
  /** A record, and the registration that it tells of, unless that has been deleted since. */
  const put = (record: ClientRecord): void => {
    clients.put(record);
    if (!roles.has(record.id)) directory.register(registrationOf(record));
    roles.set(record.id, record.roles);
  };
  /** Written past the service, whatever is there. */
  const list = async (listed: ConsentCase): Promise<void> => {
    await consents.replace(caseRow(listed));
  };

  return {
    deps,
    alerts,
    mails,
    tries: (name: "webhook" | "email") => tries.get(name) ?? 0,
    events,
    looks,
    lookMessages,
    putOff,
    statuses,
    directory,
    away,
    pauses,
    calls,
    list,
    /** Requests to the tables, since it was set. */
    counts: clients.counts,
    made: clients.made,
    /** What was left on record, oldest first. */
    entries: clients.entries,
    underWay: clients.underWay,
    put,
    stages: () => alerts.map(({ stage }) => stage),
    types: () => events.map(({ type }) => type),
    setNow: (next: Date) => {
      now = next;
    },
    /** A client with its record and its case in the record's state, as the directory has it too. */
    client: async (changes: Partial<ClientRecord> = {}, grant?: CaseGrant) => {
      const record = aRecord(changes);
      put(record);
      const { clock, ...rest } = openCase(record, "Ann");
      const pending = record.consent.state === "pending" && clock ? { clock } : {};
      await list({ ...rest, ...pending, ...(grant && { grant }) });
      return record;
    },
    /** The record as it is now; nothing when the client has gone. */
    record: async ({ subscription, id }: ClientRecord) =>
      (await clients.records.client(subscription, id))?.record,
  };
}

export type ConsentWorld = ReturnType<typeof consentWorld>;

/** Its registration, as the directory shows it. */
export const registrationOf = ({ id: clientId, appId, subscription }: ClientRecord) => ({
  clientId,
  appId,
  lead: { clientId, subscriptionKey: keySafe(subscription) },
});

/** A service principal, where a test does not care which. */
export const PRINCIPAL = "11111111-1111-4111-8111-111111111111";

function counted(table: Table, counts: { requests: number }): Table {
  const one = <A extends unknown[], R>(call: (...args: A) => R) => {
    return (...args: A): R => {
      counts.requests += 1;
      return call(...args);
    };
  };
  return {
    get: one(table.get),
    insert: one(table.insert),
    replace: one(table.replace),
    delete: one(table.delete),
    page: one(table.page),
    transact: one(table.transact),
  };
}
