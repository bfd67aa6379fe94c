import type { Runtime } from "../../shared/base/runtime.ts";
import type { FederatedCredential } from "../../shared/clients/credential.ts";
import { isSameTrust, MOST_FEDERATED } from "../../shared/clients/federated/federated.ts";
import type { FederatedDirectory } from "../../shared/clients/federated/federated-directory.ts";
import type { Answer } from "../../shared/clients/ports.ts";

type Kept = FederatedCredential & { readonly operationId: string };

/**
 * Federated credentials of clients in memory; a part of `memoryDirectory`.
 *
 * @param isThere whether the directory knows the client
 */
export function memoryFederated(
  { newId }: Pick<Runtime, "newId">,
  isThere: (clientId: string) => boolean,
) {
  const kept = new Map<string, readonly Kept[]>();
  const all = (clientId: string) => kept.get(clientId) ?? [];
  const shown = (clientId: string) =>
    all(clientId).map(({ operationId: _, ...credential }) => credential);
  const done = <T>(value: T): Answer<T> => ({ kind: "done", value });
  const absent = { kind: "refused", refusal: { reason: "absent" } } as const;

  return {
    of: (clientId: string) => (isThere(clientId) ? shown(clientId) : undefined),
    add: (
      clientId: string,
      wanted: Parameters<FederatedDirectory["addFederated"]>[1],
    ): Answer<FederatedCredential> => {
      if (!isThere(clientId)) return absent;
      const own = all(clientId).find(({ operationId }) => operationId === wanted.operationId);
      const isUnfit =
        all(clientId).length >= MOST_FEDERATED ||
        all(clientId).some(
          (one) => one.displayName === wanted.displayName || isSameTrust(one, wanted),
        );
      if (!own && isUnfit)
        return {
          kind: "refused",
          refusal: { reason: "federated-unfit", beside: shown(clientId) },
        };
      const made = own ?? { id: newId(), ...wanted };
      if (!own) kept.set(clientId, [...all(clientId), made]);
      const { operationId: _, ...credential } = made;
      return done(credential);
    },
    remove: (clientId: string, id: string): Answer<undefined> => {
      if (!isThere(clientId)) return absent;
      const left = all(clientId).filter((one) => one.id !== id);
      if (left.length === all(clientId).length)
        return { kind: "refused", refusal: { reason: "federated-absent" } };
      kept.set(clientId, left);
      return done(undefined);
    },
  };
}
