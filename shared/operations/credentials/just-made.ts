import type { CertificateList } from "../../clients/certificate-directory.ts";
import type { ClientRecord } from "../../clients/client.ts";
import { heldOf, isSameKey, type KnownSecret } from "../../clients/known-secrets.ts";
import { LATE_FOR_MS } from "../../clients/late.ts";
import type { Answer, Expected } from "../../clients/ports.ts";
import type { ChangeDeps } from "../admission/change.ts";

type Deps = Pick<ChangeDeps, "runtime" | "secrets">;

/** Whether one of them is so new that a late directory may not show it. Seldom asked: a request to the tables for each of them. */
export async function isJustMade(
  { secrets, runtime }: Deps,
  client: ClientRecord,
  missing: readonly Pick<KnownSecret, "keyId">[],
): Promise<boolean> {
  const now = runtime.now().getTime();
  for (const { keyId } of missing) {
    const found = await secrets.secret(client.subscription, client.id, keyId);
    if (found && now - found.record.createdAt.getTime() < LATE_FOR_MS) return true;
  }
  return false;
}

/** So often a secret that was made a moment ago is to be removed before the caller has to come again. */
const MOST_TRIES = 4;
const TRY_AGAIN_MS = 250;

/**
 * For some seconds the directory may not find a secret that it has just made: until it does, that has not gone.
 *
 * @param remove its removal
 */
export async function onceFound(
  deps: Deps,
  client: ClientRecord,
  keyId: string,
  remove: () => Promise<Answer<undefined>>,
): Promise<Answer<undefined>> {
  const own = heldOf(client).filter((one) => !one.kind && isSameKey(one.keyId, keyId));
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const answer = await remove();
    const isNotFound = answer.kind === "refused" && answer.refusal.reason === "secret-absent";
    if (!isNotFound || !(await isJustMade(deps, client, own))) return answer;
    await deps.runtime.pause(TRY_AGAIN_MS * 2 ** tries);
  }
  return { kind: "not-now", retryAfterSeconds: 5, throttled: false };
}

/**
 * The list of a client's certificates as it should be read: with those that were added a moment ago, and without those that were
 * removed then. Whether the one that is to go is shown says nothing of the others: it may have gone, or be back.
 */
export const certificatesOf = (
  deps: Deps,
  expected: Expected,
  client: ClientRecord | undefined,
  goes?: string,
): CertificateList => {
  if (!client) return expected;
  const isToGo = ({ keyId }: KnownSecret) => isSameKey(keyId, goes ?? "");
  const held = heldOf(client).filter(({ kind }) => kind === "certificate");
  return {
    ...expected,
    isLate: async (shown) => {
      const isShown = ({ keyId }: KnownSecret) => shown.some((id) => isSameKey(id, keyId));
      const since = deps.runtime.now().getTime() - LATE_FOR_MS;
      const isBack = client.secrets?.some(
        (one) => one.goneAt && one.goneAt.getTime() > since && !isToGo(one) && isShown(one),
      );
      const missing = held.filter((one) => !isToGo(one) && !isShown(one));
      return isBack || isJustMade(deps, client, missing);
    },
    mayBeHidden: () => isJustMade(deps, client, held.filter(isToGo)),
  };
};
