import { operationId as mailOf } from "../../../shared/adapters/notify/mailer.ts";
import { activityRow } from "../../../shared/adapters/records/activity-rows.ts";
import { accountRow, clientRow } from "../../../shared/adapters/records/client-rows.ts";
import { caseRow } from "../../../shared/adapters/records/consent-rows.ts";
import { stateRow } from "../../../shared/adapters/records/letter-rows.ts";
import { secretRow } from "../../../shared/adapters/records/secret-rows.ts";
import type { Row } from "../../../shared/adapters/records/table.ts";
import { watchRow } from "../../../shared/adapters/records/watch-rows.ts";
import { webhookIdOf } from "../../../shared/care/webhooks/notification.ts";
import type { Activity } from "../../../shared/clients/activity.ts";
import { type By, THE_SERVICE } from "../../../shared/clients/actor.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { ConsentState } from "../../../shared/clients/consent.ts";
import type { SecretRecord } from "../../../shared/clients/secret-record.ts";
import { openCase } from "../../../shared/consent/consent-case.ts";
import { type Account, newAccount } from "../../../shared/operations/admission/account.ts";
import { type Ask, isChange, KINDS, REMINDER } from "../../faults/support/asks.ts";
import { ACTIONS } from "../../faults/support/audit-activity.ts";
import type { Found } from "../../faults/support/found.ts";
import { newWish, type Wish } from "../../faults/support/wish.ts";
import { ANN, aRecord, aSecretRecord, later, NOON, newId, OLGA } from "../../support/samples.ts";

/** What a campaign in which nothing went wrong leaves behind, small: rows as the service writes them, and what its callers know. */
export interface World {
  readonly found: Found;
  readonly wishes: readonly Wish[];
}

const EMAIL = "ann@contoso.example";

/** One that ends and was told of, whoever watches it, and a webhook of its subscription. */
function careRows(
  about: Pick<SecretRecord, "subscription" | "clientId" | "keyId" | "displayName">,
): Row[] {
  const { subscription, clientId } = about;
  return [
    secretRow(aSecretRecord({ ...about, expiresAt: later(86_400_000), told: [REMINDER] })),
    watchRow({
      ...{ subscription, person: "ann", of: clientId },
      ...{ email: EMAIL, since: NOON, by: "create" },
    }),
    stateRow(subscription, { person: "ann", sentAt: NOON }, newId()),
    {
      ...{ partitionKey: subscription, rowKey: "webhook", subscription },
      url: `http://127.0.0.1/hooks/${subscription}`,
    },
  ];
}

const hookOf = ({ id, subscription }: { readonly id: string; readonly subscription: string }) => ({
  ...{ name: subscription, body: id },
  headers: { "webhook-id": webhookIdOf({ subscription, id }) },
});

const ITSELF: By = { actor: { kind: "client", subject: newId() }, requestId: newId() };
const BY: Readonly<Record<string, By>> = { customer: ANN, client: ITSELF, registrant: ITSELF };

type Changes = Partial<ClientRecord> & { readonly state?: ConsentState };

export function soundWorld(): World {
  const wishes: Wish[] = [];
  const entries: Activity[] = [];
  const records: ClientRecord[] = [];
  const secrets = new Map<string, string>();
  const accounts = new Map<string, Account>();
  const names = new Map<string, string>();

  /** Asked for, answered, and on record. */
  const done = (
    ask: Ask,
    about: Pick<Wish, "subscription" | "clientId" | "keyId" | "appId">,
    body?: object,
    made: Pick<Activity, "clientId" | "credentialId"> = {},
  ): Wish => {
    const wish = newWish(ask, about);
    wish.answer = { status: 200, body };
    wish.asked = 1;
    wishes.push(wish);
    if (!isChange(ask)) return wish;
    const { subscription, clientId, keyId: credentialId } = about;
    entries.push({
      ...{ id: newId(), at: NOON, by: BY[KINDS[ask].by] ?? OLGA },
      ...{ action: ACTIONS[ask], subscription, outcome: "done" },
      ...(clientId !== undefined && { clientId }),
      ...(credentialId !== undefined && { credentialId }),
      ...made,
      detail: { displayName: wish.name, subject: wish.name },
    });
    return wish;
  };
  const account = (subscription: string, changes: Partial<Account> = {}): void => {
    const known = accounts.get(subscription) ?? newAccount(subscription);
    accounts.set(subscription, { ...known, ...changes });
  };
  const client = (subscription: string, { state, ...changes }: Changes = {}): ClientRecord => {
    const id = newId();
    const wish = done("create", { subscription }, { id }, { clientId: id });
    const record = aRecord({ id, subscription, displayName: wish.name, ...changes });
    const kept: ClientRecord = state
      ? { ...record, consent: { ...record.consent, state, decidedAt: later(1) } }
      : record;
    records.push(kept);
    account(subscription, { clients: (accounts.get(subscription)?.clients ?? 0) + 1 });
    return kept;
  };
  const change = (index: number, changes: Partial<ClientRecord>): void => {
    const record = records[index];
    if (record) records[index] = { ...record, ...changes };
  };

  const subscription = "contoso";
  const { id: clientId } = client(subscription);
  names.set(clientId, done("rename", { subscription, clientId }).name);
  const keyId = newId();
  secrets.set(keyId, clientId);
  const ending = newId();
  secrets.set(ending, clientId);
  const { name: endingName } = done(
    "add-secret",
    { subscription, clientId },
    { keyId: ending, secretText: "a value" },
    { credentialId: ending },
  );
  done("remind", { subscription, clientId, keyId: ending });
  const added = { keyId, secretText: "a value" };
  done("add-secret", { subscription, clientId }, added, { credentialId: keyId });
  const turned = newId();
  secrets.set(turned, clientId);
  done(
    "rotate",
    { subscription, clientId, keyId },
    { ...added, keyId: turned },
    { credentialId: turned },
  );
  const byItself = newId();
  secrets.set(byItself, clientId);
  done(
    "rotate-self",
    { subscription, clientId, keyId: turned },
    { ...added, keyId: byItself },
    { credentialId: byItself },
  );
  // A rotation's old one that went some seconds later, and one that went at once.
  const [brought, after] = [newId(), newId()];
  secrets.set(after, clientId);
  done(
    "add-secret",
    { subscription, clientId },
    { ...added, keyId: brought },
    { credentialId: brought },
  );
  done(
    "rotate",
    { subscription, clientId, keyId: brought },
    { ...added, keyId: after },
    { credentialId: after },
  );
  done("retire", { subscription, clientId, keyId: brought }, { retiresAt: NOON.toISOString() });
  const retired = (credentialId: string, by: By): void => {
    entries.push({
      ...{ id: newId(), at: NOON, by, action: "secret.retired", subscription, clientId },
      ...{ credentialId, outcome: "done" },
    });
  };
  retired(brought, THE_SERVICE);
  const [leaked, instead] = [newId(), newId()];
  secrets.set(instead, clientId);
  done(
    "add-secret",
    { subscription, clientId },
    { ...added, keyId: leaked },
    { credentialId: leaked },
  );
  done(
    "rotate-now",
    { subscription, clientId, keyId: leaked },
    { ...added, keyId: instead },
    { credentialId: instead },
  );
  retired(leaked, ANN);

  const removed = newId();
  done(
    "add-secret",
    { subscription, clientId },
    { ...added, keyId: removed },
    { credentialId: removed },
  );
  done("remove-secret", { subscription, clientId, keyId: removed });

  const keys = new Map<string, "certificate" | "federated-credential">();
  const mine = { subscription, clientId };
  const [certificate, next, trust] = [newId(), newId(), newId()];
  done("add-certificate", mine, { keyId: certificate }, { credentialId: certificate });
  done(
    "rotate-certificate",
    { ...mine, keyId: certificate },
    { keyId: next },
    { credentialId: next },
  );
  done("remove-certificate", { ...mine, keyId: certificate });
  keys.set(next, "certificate");
  const ownNext = newId();
  done("rotate-self-certificate", mine, { keyId: ownNext }, { credentialId: ownNext });
  keys.set(ownNext, "certificate");
  const past = newId();
  done("add-federated", mine, { id: trust }, { credentialId: trust });
  keys.set(trust, "federated-credential");
  done("add-federated", mine, { id: past }, { credentialId: past });
  done("remove-federated", { ...mine, keyId: past });

  const deleted = newId();
  done("create", { subscription }, { id: deleted }, { clientId: deleted });
  done("delete", { subscription, clientId: deleted });

  const registered = client(subscription);
  const tool = { subscription, clientId: registered.id, appId: newId() };
  done("read-registered", tool);
  names.set(registered.id, done("rename-registered", tool).name);
  const gone = newId();
  done("create", { subscription }, { id: gone }, { clientId: gone });
  done("delete-registered", { subscription, clientId: gone, appId: newId() });

  const purged = newId();
  done("create", { subscription }, { id: purged }, { clientId: purged });
  done("delete", { subscription, clientId: purged });
  done("purge", { subscription, clientId: purged });
  const restored = client(subscription);
  done("delete", { subscription, clientId: restored.id });
  done("restore", { subscription, clientId: restored.id });

  const back = client(subscription);
  done("suspend-own", { subscription, clientId: back.id });
  done("resume-own", { subscription, clientId: back.id });
  const own = client(subscription);
  const { name: ownReason } = done("suspend-own", { subscription, clientId: own.id });
  change(records.length - 1, { suspended: { by: "customer", reason: ownReason, at: NOON } });
  const going = client(subscription);
  done("suspend", { subscription, clientId: going.id });
  done("resume", { subscription, clientId: going.id });
  const stopped = client(subscription);
  const { name: reason } = done("suspend", { subscription, clientId: stopped.id });
  change(records.length - 1, { suspended: { by: "operator", reason, at: NOON } });

  const rejected = client(subscription, { state: "rejected" });
  const no = done("reject", { subscription, clientId: rejected.id });
  change(records.length - 1, { consent: { ...rejected.consent, reason: no.name } });
  const revoked = client(subscription, { state: "revoked" });
  done("grant", { subscription, clientId: revoked.id });
  done("revoke", { subscription, clientId: revoked.id });
  done("grant", { subscription, clientId: client(subscription, { state: "granted" }).id });

  const whole = client("whole");
  const operationId = newId();
  const all = done("suspend-subscription", { subscription: "whole" }, { id: operationId });
  const stop = { operationId, reason: all.name, at: NOON };
  account("whole", { suspended: stop });
  change(records.length - 1, {
    suspended: { by: "operator", reason: all.name, at: NOON, withSubscription: operationId },
  });
  entries.push({
    ...{ id: newId(), at: NOON, by: OLGA, action: "client.suspended", subscription: "whole" },
    ...{ clientId: whole.id, outcome: "done", detail: { withSubscription: operationId } },
  });
  const blockId = newId();
  const shut = done("block-subscription", { subscription: "shut" }, { id: blockId });
  account("shut", { blocked: { operationId: blockId, reason: shut.name, at: NOON } });

  const ended = newId();
  const endedClient = newId();
  done("create", { subscription: "ended" }, { id: endedClient }, { clientId: endedClient });
  const out = done("offboard-subscription", { subscription: "ended" }, { id: ended });
  account("ended", {
    suspended: { operationId: ended, reason: out.name, at: NOON, deleteAt: NOON },
  });
  for (const [action, by, about] of [
    ["client.suspended", OLGA, { clientId: endedClient }],
    ["client.deleted", OLGA, { clientId: endedClient }],
    ["subscription.offboarded", THE_SERVICE, {}],
  ] as const)
    entries.push({
      ...{ id: newId(), at: NOON, by, action, subscription: "ended", outcome: "done", ...about },
      ...("clientId" in about && { detail: { withSubscription: ended } }),
    });
  client("kept");
  done("offboard-subscription", { subscription: "kept" }, { id: newId() });
  done("keep-subscription", { subscription: "kept" }, { id: newId() });
  account("kept");

  const events = [
    ...entries.map((entry) => ({
      ...{ id: entry.id, type: entry.action, subscription: entry.subscription },
      subject: entry.clientId ?? entry.subscription,
      data: {},
    })),
    {
      ...{ id: newId(), type: "secret.expiring", subscription, subject: clientId },
      data: { keyId: ending, displayName: endingName, threshold: REMINDER },
    },
  ];
  const runs: Row[] = [
    { partitionKey: "runs", rowKey: operationId, operationId, state: "done", errors: "[]" },
  ];
  return {
    wishes,
    found: {
      registered: records.map((record) => ({
        id: record.id,
        appId: record.appId,
        displayName: names.get(record.id) ?? record.displayName,
        isDisabled: record.suspended !== undefined,
        passwordCredentials: [...secrets].flatMap(([key, owner]) =>
          owner === record.id ? [{ keyId: key }] : [],
        ),
      })),
      keys,
      deleted: new Set([deleted]),
      granted: new Map(
        records.map(({ id, consent, roles }) => [
          id,
          consent.state === "granted" ? roles.length : 0,
        ]),
      ),
      clients: [
        ...records.map(clientRow),
        ...[...accounts.values()].map((one) => accountRow(one, newId())),
        ...entries.map((entry) => activityRow(entry)),
        ...careRows({ subscription, clientId, keyId: ending, displayName: endingName }),
      ],
      journal: runs,
      consents: records.map((record) => caseRow(openCase(record, "Ann"))),
      alerts: [
        ...records.map((record) => ({
          ...{ id: `${record.operationId}:requested`, clientId: record.id },
          ...{ channel: "webhook" as const, stage: "requested" },
        })),
        ...entries
          .filter(({ action }) =>
            /\.(suspended|resumed|blocked|unblocked|offboarding|offboard-cancelled)$/.test(action),
          )
          .filter(({ by }) => by.actor.kind === "operator")
          .filter(({ detail }) => detail?.["withSubscription"] === undefined)
          .flatMap(({ id, clientId: about = "" }) => [
            { id, channel: "webhook" as const, stage: "stop", clientId: about },
            { id: mailOf(id), channel: "email" as const, stage: "stop", clientId: about },
          ]),
      ],
      letters: [
        {
          to: EMAIL,
          text: `The secret “${endingName}” of the client “x” expires on 3 March.\nRotate it: /`,
        },
      ],
      hooks: events.filter((event) => event.subscription === subscription).map(hookOf),
      events,
    },
  };
}
