import type { About, Client } from "../shared/shapes.ts";

/** Whether the directory takes anything but secrets; a service from before there was anything else does not say. */
export const takesOtherKinds = (about: Pick<About, "credentials"> | undefined): boolean =>
  !!about?.credentials?.some(({ kind, why }) => kind !== "secret" && why !== "directory");

/**
 * Whether the client works by this secret alone: an administrator has consented, and no other credential is left. Where it may have
 * federated ones that have not been read, only the service knows, and says so when it is asked.
 *
 * @param isRead whether all its credentials have been
 */
export function isLast(
  client: Client,
  keyId: string,
  {
    about,
    isRead,
    now,
  }: {
    readonly about: Pick<About, "credentials"> | undefined;
    readonly isRead: boolean;
    readonly now: number;
  },
): boolean {
  if (client.consent.state !== "granted" || (takesOtherKinds(about) && !isRead)) return false;
  const others = client.credentials?.filter(({ kind }) => kind !== "secret") ?? [];
  const all: readonly Ending[] = [...client.secrets, ...others];
  return all.every((one) => (one.keyId === keyId) === stays(one, now));
}

interface Ending {
  /** Of a secret. */
  readonly keyId?: string;
  readonly expiresAt?: string | undefined;
  readonly retiresAt?: string | undefined;
}

/** What works, and goes on doing so; what has no end always does. */
const stays = ({ expiresAt, retiresAt }: Ending, now: number): boolean =>
  !retiresAt && (!expiresAt || Date.parse(expiresAt) > now);
