import { alertLog } from "../../shared/adapters/records/alert-log.ts";
import { clientRecords } from "../../shared/adapters/records/client-records.ts";
import { clientRow } from "../../shared/adapters/records/client-rows.ts";
import { consentCases } from "../../shared/adapters/records/consent-cases.ts";
import { revocationProgress } from "../../shared/adapters/records/revocation-progress.ts";
import { RemoteUnavailable } from "../../shared/base/unavailable.ts";
import type { ClientRecord } from "../../shared/clients/client.ts";
import type { Alert } from "../../shared/consent/alerts/alert.ts";
import { always } from "../../shared/consent/clock/calendar.ts";
import { parseThresholds } from "../../shared/consent/clock/thresholds.ts";
import { openCase } from "../../shared/consent/consent-case.ts";
import type { Assignment, ConsentDirectory, ConsentSight } from "../../shared/consent/ports.ts";
import type { RevocationDeps } from "../../shared/consent/sweeps/sweep-revocations.ts";
import type { ClientEvent } from "../../shared/events/client-event.ts";
import { memoryTable } from "../doubles/memory-table.ts";
import { aRecord, NOON, newId } from "./samples.ts";

/** Everything around consents in memory, with a clock that a test sets. */
export function consentWorld() {
  const clients = memoryTable();
  const consents = memoryTable();
  let now = NOON;
  const runtime = { now: () => now, newId, pause: async () => undefined, random: () => 0.5 };
  const alerts: Alert[] = [];
  const events: ClientEvent[] = [];
  const looks: Date[] = [];
  const sights = new Map<string, ConsentSight>();
  const grants: Assignment[] = [];
  const away = new Set<"webhook" | "email" | "events" | "directory" | "bus">();
  /** For how many seconds what is away asks to be left alone. */
  const pauses = new Map<string, number>();
  const calls = { see: 0, granted: 0, assignments: 0 };
  const reach = (service: "webhook" | "email" | "events" | "directory" | "bus"): void => {
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
      reach(name);
      if (name === "webhook") alerts.push(alert);
    },
  });
  const consentDirectory: ConsentDirectory = {
    see: async (subjects) => {
      reach("directory");
      calls.see += Math.ceil(subjects.length / 10);
      return new Map(
        subjects.map(({ clientId }) => [
          clientId,
          sights.get(clientId) ?? { sight: "not-granted" },
        ]),
      );
    },
    granted: async (subjects) => {
      reach("directory");
      calls.granted += Math.ceil(subjects.length / 20);
      const found = new Map<string, string>();
      for (const { clientId } of subjects) {
        const sight = sights.get(clientId);
        if (sight?.sight === "granted") found.set(clientId, sight.principalId);
      }
      return found;
    },
    assignments: async (from) => {
      reach("directory");
      calls.assignments += 1;
      const start = Number(from ?? 0);
      const next = start + 999 < grants.length ? { next: String(start + 999) } : {};
      return { items: grants.slice(start, start + 999), ...next };
    },
    grant: async () => undefined,
  };
  const deps: RevocationDeps = {
    records: clientRecords(clients, newId, runtime.pause),
    cases: consentCases(consents),
    alertLog: alertLog(memoryTable()),
    progress: revocationProgress(consents),
    consentDirectory,
    consentQueue: {
      ready: async () => undefined,
      sendRequested: async () => undefined,
      putOff: async () => undefined,
      scheduleLook: async (_look, at) => {
        reach("bus");
        looks.push(at);
      },
    },
    events: {
      publish: async (event) => {
        reach("events");
        events.push(event);
      },
    },
    channels: [channel("webhook"), channel("email")],
    policy: { calendar: always, thresholds: parseThresholds("50%,80%,100%,150%") },
    runtime,
    grantUrl: (appId) => `https://directory.example/${appId}`,
    queueUrl: "https://latchkey.example/consents",
    reconcileAfterMs: 120_000,
    revocationEveryMs: 3_600_000,
  };

  return {
    deps,
    alerts,
    events,
    looks,
    sights,
    grants,
    away,
    pauses,
    calls,
    stages: () => alerts.map(({ stage }) => stage),
    types: () => events.map(({ type }) => type),
    setNow: (next: Date) => {
      now = next;
    },
    /** A client with its record, and its case in the record's state. */
    client: async (changes: Partial<ClientRecord> = {}, principalId?: string) => {
      const record = aRecord(changes);
      await clients.insert(clientRow(record));
      const { nextLookAt, ...rest } = openCase(record, "Ann");
      const pending = record.consent.state === "pending" && nextLookAt ? { nextLookAt } : {};
      await deps.cases.put({ ...rest, ...pending, ...(principalId && { principalId }) });
      return record;
    },
    /** The record as it is now; nothing when the client has gone. */
    record: async ({ subscription, id }: ClientRecord) =>
      (await deps.records.find(subscription, id))?.client.record,
  };
}
