import type { About, Client } from "../shared/shapes.ts";

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
  const mayTrust = about?.credentials?.some(
    ({ kind, why }) => kind === "federated" && why !== "directory",
  );
  if (client.consent.state !== "granted" || (mayTrust && !isRead)) return false;
  const others = (client.credentials ?? []).filter(({ kind }) => kind !== "secret");
  return (
    client.secrets.every((one) => (one.keyId === keyId) === stays(one, now)) &&
    !others.some((one) => stays(one, now))
  );
}

/** What works, and goes on doing so; what has no end always does. */
const stays = (
  { expiresAt, retiresAt }: Pick<Client["credentials"][number], "expiresAt" | "retiresAt">,
  now: number,
): boolean => retiresAt === undefined && (expiresAt === undefined || Date.parse(expiresAt) > now);
