import type { Activity } from "../../clients/activity.ts";
import type { EndingKind } from "../../clients/credential.ts";
import type { SecretRecord } from "../../clients/secret-record.ts";
import type { ChangeDeps } from "../admission/change.ts";
import type { Left } from "../admission/end.ts";
import { type TellDeps, tell } from "../admission/tell.ts";
import type { FoundSecret } from "./find-secret.ts";

/** What somebody has done to a credential in the directory. */
export interface Happening {
  readonly type: `${EndingKind}.${"created" | "removed" | "renamed"}`;
  /** The same however often it is told. */
  readonly id: string;
  readonly keyId: string;
  readonly data: Readonly<Record<string, string>>;
}

export const SOURCE = { source: "directory" };

/** That it is there, whoever comes upon it. */
export function createdThere(record: SecretRecord, since = ""): Happening {
  const { clientId, keyId, kind, certificate, displayName, expiresAt } = record;
  const type = `${kind ?? "secret"}.created` as const;
  const data = {
    ...(kind && { kind }),
    ...(certificate && { thumbprint: certificate.thumbprint }),
    ...{ displayName, expiresAt: expiresAt.toISOString() },
    ...SOURCE,
  };
  return { type, id: `${clientId}:${keyId}:${type}${since}`, keyId, data };
}

type Of = Pick<SecretRecord, "subscription" | "clientId">;

export async function tellHappening(
  deps: TellDeps,
  { subscription, clientId }: Of,
  { type, id, keyId, data }: Happening,
  at: Date,
): Promise<void> {
  const time = at.toISOString();
  await tell(deps, { id, type, time, clientId, subscription, data: { clientId, keyId, ...data } });
}

/** The entry of it. */
export const happeningActivity = (
  { subscription, clientId }: Of,
  { type, id, keyId, data }: Happening,
  at: Date,
): Activity => ({
  ...{ id, at, by: { actor: { kind: "directory" } }, action: type, subscription, clientId },
  ...{ credentialId: keyId, outcome: "done", detail: data },
});

/**
 * One without a record, once its client is held: whoever was making it has ended by now. What nobody here has made is told to be there
 * before it is told to be changed: put on record by that, no pass over the directory comes upon it any more.
 *
 * @returns how it is on record, and what the end of the change leaves besides
 */
export async function comeUpon(
  deps: TellDeps & Pick<ChangeDeps, "secrets">,
  found: FoundSecret,
  at: Date,
): Promise<{ readonly was: FoundSecret; readonly left: Pick<Left, "found"> }> {
  if (found.from) return { was: found, left: {} };
  const { subscription, clientId, keyId } = found.record;
  const from = await deps.secrets.secret(subscription, clientId, keyId);
  if (from) return { was: { record: from.record, from }, left: {} };
  const created = createdThere(found.record);
  await tellHappening(deps, found.record, created, at);
  return { was: found, left: { found: happeningActivity(found.record, created, at) } };
}
