import type { Outcome } from "../../base/outcome.ts";
import type { NewCertificate } from "../../clients/credential.ts";
import {
  type CredentialRules,
  forbiddenKind,
  type KindNotAllowed,
} from "../../clients/credential-rules.ts";
import { withoutSecret, withRetirement, withSecret } from "../../clients/known-secrets.ts";
import type { DirectoryRefusal, VersionedClient } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { CertificateRefusal } from "../../clients/secret-reasons.ts";
import type { SecretRecord } from "../../clients/secret-record.ts";
import { removalActivity } from "../admission/activity-of.ts";
import { type Change, type ChangeDeps, settled } from "../admission/change.ts";
import { end, type SecretLeft } from "../admission/end.ts";
import { afterTheChange } from "../admission/executed.ts";
import type { Key } from "../admission/key.ts";
import type {
  AddCertificateOperation,
  Held,
  RotateCertificateOperation,
  UnderWay,
} from "../admission/operation.ts";
import { ownKey } from "../admission/own-key.ts";
import { eventOf, tell } from "../admission/tell.ts";
import { isOvertaken } from "../settling/overtaken.ts";
import { mayBeLate, NOT_LATE, type Settler } from "../settling/settler.ts";
import { type FoundSecret, findSecret } from "./find-secret.ts";
import { comeUpon } from "./found-there.ts";
import { certificatesOf } from "./just-made.ts";
import { earlierOf, retiringLeft } from "./move-retirement.ts";
import { scheduleRetirement } from "./schedule-retirement.ts";

/** What adding a certificate and rotating one have in common, from the admission on. */

type Registration = AddCertificateOperation | RotateCertificateOperation;

/**
 * Registers the certificate of an operation that has been admitted. It holds nothing secret, so whoever takes the operation over
 * finishes what the directory shows, and a caller who asks again under the key gets the same answer.
 *
 * @param old the one whose place it takes
 */
export async function register(
  deps: ChangeDeps,
  change: Change<Registration>,
  certificate: NewCertificate,
  old?: FoundSecret,
): Promise<Outcome<SecretRecord, ClientRefusal | CertificateRefusal | KindNotAllowed>> {
  const { entry } = change.held;
  const { clientId } = entry.operation;
  const goes = goesAtOnce(entry);
  const list = certificatesOf(deps, change.expected, change.client.record, goes);
  const answer = await afterTheChange(() =>
    deps.directory.addCertificate(clientId, certificate, list, goes),
  );
  const added = await settled(deps, change, answer, (refusal) => explain(deps, refusal));
  if (!added.ok) return added;
  await afterTheChange(() => finish(deps, change.held, { client: change.client, old }, change.key));
  change.forget();
  return { ok: true, value: recordOf(entry) };
}

export const settleRegistration =
  <Kind extends Registration>(deps: ChangeDeps): Settler<Kind> =>
  async (held) => {
    const { subscription, operation } = held.entry;
    const { clientId, certificateId } = operation;
    const shown = await deps.directory.endingOf(clientId, NOT_LATE);
    const isThere = shown?.some(({ keyId }) => keyId === certificateId) ?? false;
    if (!isThere && mayBeLate(held)) return "waiting";
    const key = await ownKey(deps.operations, held.entry);
    if (!isThere) {
      await end(deps, held, { came: { outcome: "undone" }, ...(key && { key: { key } }) });
      return "undone";
    }
    const client = await deps.records.client(subscription, clientId);
    const replaced = { subscription, clientId, kind: "certificate" as const };
    const old =
      operation.kind === "rotate-certificate" && client
        ? await findSecret(deps, { ...replaced, keyId: operation.keyId })
        : undefined;
    const found = old?.ok ? old.value : undefined;
    const isMoved =
      found && (await isOvertaken(deps, held, "certificate.rescheduled", "certificate.rotated"));
    const now = isMoved ? undefined : deps.runtime.now();
    const late = found ? withWholeGrace(held, found, now) : held;
    await finish(deps, late, { client, old: isMoved ? undefined : found }, key);
    return "finished";
  };

/**
 * What was set aside ends days later: only then does its customer hear that another certificate works, and of the grace that they
 * have asked for nothing would be left. What was said before of the old one to go sooner stays so.
 *
 * @param now nothing: they have said since when the old one goes, and that stays so
 */
function withWholeGrace(
  held: Held<Registration>,
  { record: { expiresAt, retiresAt: known = expiresAt } }: FoundSecret,
  now: Date | undefined,
): Held<Registration> {
  const { entry } = held;
  const { operation, parkedAt } = entry;
  if (!parkedAt || operation.kind !== "rotate-certificate" || goesAtOnce(entry)) return held;
  const graceMs = Date.parse(operation.retiresAt) - Date.parse(operation.createdAt);
  const latest = earlierOf(known, expiresAt);
  const retires = now ? earlierOf(new Date(now.getTime() + graceMs), latest) : latest;
  const retiresAt = retires.toISOString();
  return { ...held, entry: { ...entry, operation: { ...operation, retiresAt } } };
}

function explain(
  { credentialRules }: Pick<ChangeDeps, "credentialRules">,
  refusal: DirectoryRefusal,
): CertificateRefusal | ClientRefusal | KindNotAllowed | undefined {
  switch (refusal.reason) {
    case "absent":
      return { reason: "not-found" };
    case "certificate-held":
      return refusal;
    case "certificates-full":
      return { reason: "certificate-limit-reached" };
    case "forbidden-by-policy":
      return ofPolicy(credentialRules, refusal);
    default:
      return undefined;
  }
}

function ofPolicy(
  rules: CredentialRules,
  { policy, longestDays }: Extract<DirectoryRefusal, { reason: "forbidden-by-policy" }>,
): CertificateRefusal | KindNotAllowed | undefined {
  if (policy === "audience") return undefined;
  if (policy === "type") return forbiddenKind(rules, "certificate");
  return {
    reason: "certificate-forbidden-by-policy",
    ...(longestDays !== undefined && { longestDays }),
  };
}

/** The one that goes with the same write: it leaked. */
const goesAtOnce = ({ operation }: UnderWay<Registration>): string | undefined =>
  operation.kind === "rotate-certificate" && operation.retiresAt <= operation.createdAt
    ? operation.keyId
    : undefined;

async function finish(
  deps: ChangeDeps,
  held: Held<Registration>,
  was: { readonly client: VersionedClient | undefined; readonly old: FoundSecret | undefined },
  key: Key | undefined,
): Promise<void> {
  const { entry } = held;
  const { operation, startedAt: at } = entry;
  const { clientId, certificateId } = operation;
  const removed = goesAtOnce(entry);
  const retiring = removed === undefined ? retiringOf(entry, was.old) : undefined;
  if (retiring) await scheduleRetirement(deps, entry, { clientId, ...retiring });
  if (removed !== undefined) await tell(deps, retiredEvent(entry, removed));
  const old = retiring && was.old ? await comeUpon(deps, was.old, at) : undefined;
  await tell(deps, madeEvent(entry));
  const record = recordOf(entry);
  const oldLeft: SecretLeft[] = retiring && old ? [retiringLeft(old.was, retiring.retiresAt)] : [];
  const gone: SecretLeft[] =
    removed === undefined ? [] : [{ now: "gone", clientId, keyId: removed, at }];
  await end(deps, held, {
    ...old?.left,
    came: { outcome: "done", credentialId: certificateId },
    ...(removed !== undefined && {
      also: removalActivity(entry, at, {
        action: "certificate.retired",
        clientId,
        credentialId: removed,
      }),
    }),
    ...(was.client && {
      changed: {
        from: was.client,
        next: (client) => {
          const both = withSecret(client, record, at);
          if (removed !== undefined) return withoutSecret(both, removed, at);
          if (!retiring || !old) return both;
          return withRetirement(both, old.was.record, retiring.retiresAt, at);
        },
      },
    }),
    secrets: [{ now: "made", record }, ...oldLeft, ...gone],
    ...(key && { key: { key, result: { clientId, keyId: certificateId, ...replacedBy(entry) } } }),
  });
}

const retiringOf = ({ operation }: UnderWay<Registration>, old: FoundSecret | undefined) =>
  operation.kind === "rotate-certificate" && old
    ? { keyId: old.record.keyId, retiresAt: new Date(operation.retiresAt) }
    : undefined;

const replacedBy = ({ operation }: UnderWay<Registration>) =>
  operation.kind === "rotate-certificate" ? { replaced: operation.keyId } : {};

function madeEvent(entry: UnderWay<Registration>) {
  const { operation, startedAt: at } = entry;
  const { clientId, certificateId: keyId, displayName, expiresAt, facts } = operation;
  const { thumbprint } = facts;
  const data = { keyId, kind: "certificate", displayName, expiresAt, thumbprint };
  if (operation.kind === "add-certificate")
    return eventOf(entry, "certificate.created", { clientId, at, data });
  const { keyId: replaced, retiresAt } = operation;
  const both = { ...data, replaced, retiresAt };
  return eventOf(entry, "certificate.rotated", { clientId, at, data: both });
}

const retiredEvent = (entry: UnderWay<Registration>, keyId: string) =>
  eventOf(entry, "certificate.retired", {
    clientId: entry.operation.clientId,
    at: entry.startedAt,
    data: { keyId, kind: "certificate" },
  });

/** What the service keeps of it; the same whoever ends the operation. */
const recordOf = ({ subscription, operation, by }: UnderWay<Registration>): SecretRecord => ({
  subscription,
  clientId: operation.clientId,
  keyId: operation.certificateId,
  kind: "certificate",
  certificate: operation.facts,
  displayName: operation.displayName,
  createdAt: new Date(operation.createdAt),
  expiresAt: new Date(operation.expiresAt),
  createdBy: by.actor,
  source: "service",
  told: [],
});
