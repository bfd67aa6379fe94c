import type { Runtime } from "../../shared/base/runtime.ts";
import type { ClientDirectory, DirectoryClient } from "../../shared/clients/ports.ts";
import { PERSONAL_AUDIENCE_MAX_SECRETS, type Secret } from "../../shared/clients/secret.ts";
import type { SecretDirectory } from "../../shared/clients/secret-directory.ts";

export interface MemoryDirectory extends ClientDirectory, SecretDirectory {
  /** Everything that exists, in the order in which it was made. */
  all(): readonly DirectoryClient[];
}

/** The directory's ports in memory, for tests of rules. The contract test holds it against the real adapter. */
export function memoryDirectory(runtime: Pick<Runtime, "now" | "newId">): MemoryDirectory {
  const clients = new Map<string, DirectoryClient & { readonly operationId: string }>();
  const shown = (id: string): DirectoryClient | undefined => {
    const found = clients.get(id);
    if (!found) return undefined;
    const { operationId: _, ...client } = found;
    return client;
  };
  const change = (id: string, next: (client: DirectoryClient) => Partial<DirectoryClient>) => {
    const found = clients.get(id);
    if (found) clients.set(id, { ...found, ...next(found) });
    return found !== undefined;
  };
  const present = (ids: Iterable<string>): DirectoryClient[] =>
    [...ids].flatMap((id) => shown(id) ?? []);

  return {
    all: () => present(clients.keys()),
    create: async ({ operationId, displayName }) => {
      const client = {
        id: runtime.newId(),
        appId: runtime.newId(),
        displayName,
        createdAt: runtime.now(),
        secrets: [],
      };
      clients.set(client.id, { ...client, operationId });
      return client;
    },
    findByOperation: async (operationId) => {
      const found = [...clients.values()].find((client) => client.operationId === operationId);
      return found && shown(found.id);
    },
    get: async (id) => shown(id),
    getMany: async (ids) => new Map(present(ids).map((client) => [client.id, client])),
    rename: async (id, displayName) => change(id, () => ({ displayName })),
    delete: async (id) => clients.delete(id),
    addSecret: async (clientId, { displayName, createdAt, expiresAt }) => {
      const client = clients.get(clientId);
      if (!client) return "not-found";
      if (client.secrets.length >= PERSONAL_AUDIENCE_MAX_SECRETS) return "limit-reached";
      const secretText = `${runtime.newId()}${runtime.newId()}`;
      const keyId = runtime.newId();
      const secret: Secret = {
        keyId,
        displayName,
        hint: secretText.slice(0, 3),
        createdAt,
        expiresAt,
      };
      change(clientId, ({ secrets }) => ({ secrets: [...secrets, secret] }));
      return { ...secret, secretText };
    },
    removeSecret: async (clientId, keyId) => {
      const client = clients.get(clientId);
      if (!client) return "client-not-found";
      if (!client.secrets.some((secret) => secret.keyId === keyId)) return "secret-not-found";
      change(clientId, ({ secrets }) => ({
        secrets: secrets.filter((secret) => secret.keyId !== keyId),
      }));
      return "removed";
    },
    secretsOf: async (clientId) => shown(clientId)?.secrets,
  };
}
