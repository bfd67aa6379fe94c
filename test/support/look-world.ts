import { activityRecords } from "../../shared/adapters/records/activity-records.ts";
import { foundSecrets } from "../../shared/adapters/records/found-secrets.ts";
import { lookProgress } from "../../shared/adapters/records/look-progress.ts";
import type { LookDeps } from "../../shared/care/found/look-deps.ts";
import { type Looked, lookForSecrets } from "../../shared/care/found/look-for-secrets.ts";
import type { EndingCredential } from "../../shared/clients/credential.ts";
import { heldOf } from "../../shared/clients/known-secrets.ts";
import type { DirectoryClient } from "../../shared/clients/ports.ts";
import { aClient, testProduct } from "./product.ts";

const HOUR_MS = 3_600_000;
/** So long a replica of the directory may be late. */
export const LATE_MS = 5 * 60_000;

/** A product in memory with one client of Ann's, and the passes that look for what is done in the directory itself. */
export async function lookWorld() {
  const product = testProduct();
  const client = await aClient(product);
  const deps = (changes: Partial<LookDeps> = {}): LookDeps => ({
    ...product,
    found: foundSecrets(product.clientsTable),
    progress: lookProgress(product.journalTable),
    lookEveryMs: HOUR_MS,
    entryMs: 1_000,
    ...changes,
  });
  const look = (changes?: Partial<LookDeps>) => lookForSecrets(deps(changes));
  return {
    product,
    client,
    look,
    /** The next pass, and the look at what it has noticed. */
    nextLooks: async (): Promise<Looked> => {
      product.runtime.pass(HOUR_MS);
      await look();
      product.runtime.pass(LATE_MS);
      return look();
    },
    /** The directory, in which somebody has changed all that a client has. */
    changedThere: (
      change: Partial<Pick<EndingCredential, "displayName" | "expiresAt">>,
    ): Partial<LookDeps> => {
      const { directory } = product;
      const as = <One extends EndingCredential>(those: readonly One[]) =>
        those.map((one) => ({ ...one, ...change }));
      return {
        directory: {
          listSecrets: async (from) => {
            const page = await directory.listSecrets(from);
            if (page === "expired") return page;
            const items = page.items.map(({ lead, secrets }) => ({ lead, secrets: as(secrets) }));
            return { ...page, items };
          },
          getMany: async (ids) =>
            new Map(
              [...(await directory.getMany(ids))].map(([id, one]): [string, DirectoryClient] => [
                id,
                { ...one, secrets: as(one.secrets), certificates: as(one.certificates) },
              ]),
            ),
        },
      };
    },
    kept: async () =>
      (await product.secrets.secretsOf("contoso", client.id)).map(({ record }) => record),
    /** What the client's own record says of it. */
    held: async () => {
      const owned = await product.records.client("contoso", client.id);
      return owned && heldOf(owned.record).map(({ keyId }) => keyId);
    },
    told: () =>
      product.events.published
        .filter(({ data }) => data["source"] === "directory")
        .map(({ type, data }) => [type, data["keyId"]]),
    onRecord: async () => {
      const { entries } = await activityRecords(product.clientsTable).activity("contoso", {}, 100);
      return entries
        .filter(({ by }) => by.actor.kind === "directory")
        .map(({ action, credentialId }) => [action, credentialId]);
    },
  };
}

export type LookWorld = Awaited<ReturnType<typeof lookWorld>>;
