import { keySafe } from "../../shared/adapters/key-safe.ts";
import type { Runtime } from "../../shared/base/runtime.ts";
import type { RemoteUnavailable } from "../../shared/base/unavailable.ts";
import type { CertificateDirectory } from "../../shared/clients/certificate-directory.ts";
import { type Certificate, endingsOf } from "../../shared/clients/credential.ts";
import type { FederatedDirectory } from "../../shared/clients/federated/federated-directory.ts";
import { isSameKey } from "../../shared/clients/known-secrets.ts";
import type {
  Answer,
  ClientDirectory,
  DirectoryClient,
  DirectoryRefused,
  Lead,
} from "../../shared/clients/ports.ts";
import {
  PERSONAL_AUDIENCE_MAX_SECRETS,
  type Secret,
  type SecretToMake,
} from "../../shared/clients/secret.ts";
import type { SecretDirectory } from "../../shared/clients/secret-directory.ts";
import { memoryFederated } from "./memory-federated.ts";

export type DirectoryChange =
  | "create"
  | "rename"
  | "setDisabled"
  | "delete"
  | "restore"
  | "purge"
  | "addSecret"
  | "removeSecret"
  | "addCertificate"
  | "removeCertificate"
  | "addFederated"
  | "removeFederated";
export type DirectoryRead =
  | "findByOperation"
  | "get"
  | "getMany"
  | "locate"
  | "locateDeleted"
  | "secretsOf"
  | "endingOf"
  | "federatedOf"
  | "listSecrets";
/** Every answer but a good one. */
export type BadAnswer = Exclude<Answer<never>, { kind: "done" }>;

export interface MemoryDirectory
  extends ClientDirectory,
    SecretDirectory,
    CertificateDirectory,
    FederatedDirectory {
  /** Everything that exists, in the order in which it was made. */
  all(): readonly DirectoryClient[];
  /** What its tags say. */
  leadOf(clientId: string): Lead | undefined;
  /**
   * The next call of this change is answered so. Several for one change are answered in turn.
   *
   * @param carriedOut the change is made all the same: an answer that was lost (`unknown`)
   */
  answerNext(change: DirectoryChange, answer: BadAnswer, carriedOut?: boolean): void;
  /** What the directory's administrators forbid from now on. */
  restrict(policy: Restrictions): void;
  /** The next call of this read throws it. Several for one read are thrown in turn. */
  failNext(read: DirectoryRead, error: RemoteUnavailable | DirectoryRefused): void;
}

/** A policy of the tenant's, as far as the directory knows any. */
export interface Restrictions {
  readonly noSecrets?: true;
  readonly secretDays?: number;
  readonly certificateDays?: number;
}

interface Tags {
  readonly operationId: string;
  readonly subscriptionKey: string;
}

const done = <T>(value: T): Answer<T> => ({ kind: "done", value });
const refused = (
  reason: "absent" | "secret-absent" | "secrets-full" | "certificate-absent",
): Answer<never> => ({ kind: "refused", refusal: { reason } });

const DAY_MS = 86_400_000;

/** What a policy says against a credential, if anything. */
function forbidden(
  { createdAt, expiresAt }: Pick<SecretToMake, "createdAt" | "expiresAt">,
  longestDays: number | undefined,
  isForbidden = false,
): Answer<never> | undefined {
  const told = (refusal: { policy: "type" } | { policy: "lifetime"; longestDays: number }) =>
    ({ kind: "refused", refusal: { reason: "forbidden-by-policy", ...refusal } }) as const;
  if (isForbidden) return told({ policy: "type" });
  if (longestDays === undefined) return undefined;
  const days = (expiresAt.getTime() - createdAt.getTime()) / DAY_MS;
  return days > longestDays ? told({ policy: "lifetime", longestDays }) : undefined;
}

/** As the directory shows it: neither itself nor what only it could tell. */
const shownOf = ({
  thumbprintSha256: _,
  subject: _subject,
  ...certificate
}: Certificate): Certificate => certificate;

type Clients = Map<string, DirectoryClient & Tags>;

function move(id: string, from: Clients, to: Clients): Answer<undefined> {
  const found = from.get(id);
  if (!found) return refused("absent");
  from.delete(id);
  to.set(id, found);
  return done(undefined);
}

/** The directory's ports in memory, for tests of rules. The contract test holds it against the real adapter. */
export function memoryDirectory(runtime: Pick<Runtime, "now" | "newId">): MemoryDirectory {
  const clients = new Map<string, DirectoryClient & Tags>();
  /** What was deleted: as good as gone for all but these. */
  const deleted = new Map<string, DirectoryClient & Tags>();
  const answers = new Map<DirectoryChange, { answer: BadAnswer; carriedOut: boolean }[]>();
  const failures = new Map<DirectoryRead, Error[]>();
  let policy: Restrictions = {};
  const secretForbidden = (secret: SecretToMake) =>
    forbidden(secret, policy.secretDays, policy.noSecrets);

  const shown = (id: string): DirectoryClient | undefined => {
    const found = clients.get(id);
    if (!found) return undefined;
    const { operationId: _, subscriptionKey: __, ...client } = found;
    return client;
  };
  const update = (id: string, next: (client: DirectoryClient) => Partial<DirectoryClient>) => {
    const found = clients.get(id);
    if (found) clients.set(id, { ...found, ...next(found) });
    return found ? done(undefined) : refused("absent");
  };
  const newSecret = ({ displayName, createdAt, expiresAt }: SecretToMake) => {
    const secretText = `${runtime.newId()}${runtime.newId()}`;
    const hint = secretText.slice(0, 3);
    const shown: Secret = { keyId: runtime.newId(), displayName, hint, createdAt, expiresAt };
    return { shown, made: { ...shown, secretText } };
  };
  const present = (ids: Iterable<string>): DirectoryClient[] =>
    [...ids].flatMap((id) => shown(id) ?? []);

  const change = async <T>(name: DirectoryChange, make: () => Answer<T>): Promise<Answer<T>> => {
    const injected = answers.get(name)?.shift();
    if (!injected) return make();
    if (injected.carriedOut) make();
    return injected.answer;
  };
  const read = async <T>(name: DirectoryRead, look: () => T): Promise<T> => {
    const failure = failures.get(name)?.shift();
    if (failure) throw failure;
    return look();
  };

  const federated = memoryFederated(runtime, (id) => clients.has(id));

  return {
    all: () => present(clients.keys()),
    leadOf: (clientId) => {
      const found = clients.get(clientId);
      return found && { clientId, subscriptionKey: found.subscriptionKey };
    },
    answerNext: (name, answer, carriedOut = false) => {
      answers.set(name, [...(answers.get(name) ?? []), { answer, carriedOut }]);
    },
    restrict: (next) => {
      policy = next;
    },
    failNext: (name, error) => {
      failures.set(name, [...(failures.get(name) ?? []), error]);
    },
    create: ({ operationId, subscription, displayName, secret }) =>
      change("create", () => {
        const against = secret && secretForbidden(secret);
        if (against) return against;
        const firstSecret = secret && newSecret(secret);
        const client: DirectoryClient = {
          id: runtime.newId(),
          appId: runtime.newId(),
          displayName,
          createdAt: runtime.now(),
          secrets: firstSecret ? [firstSecret.shown] : [],
          certificates: [],
          disabled: false,
        };
        clients.set(client.id, {
          ...client,
          operationId,
          subscriptionKey: keySafe(subscription),
        });
        return done({ ...client, ...(firstSecret && { firstSecret: firstSecret.made }) });
      }),
    findByOperation: (operationId, subscription) =>
      read("findByOperation", () => {
        const found = [...clients.values()].find(
          (client) =>
            client.operationId === operationId &&
            (subscription === undefined || client.subscriptionKey === keySafe(subscription)),
        );
        return found && shown(found.id);
      }),
    get: (id) => read("get", () => shown(id)),
    getMany: (ids) =>
      read("getMany", () => new Map(present(ids).map((client) => [client.id, client]))),
    locate: (appId) =>
      read("locate", () => {
        const found = [...clients.values()].find((client) => client.appId === appId);
        return found && { clientId: found.id, subscriptionKey: found.subscriptionKey };
      }),
    rename: (id, displayName) => change("rename", () => update(id, () => ({ displayName }))),
    setDisabled: (id, disabled) => change("setDisabled", () => update(id, () => ({ disabled }))),
    delete: (id) => change("delete", () => move(id, clients, deleted)),
    restore: (id) =>
      change("restore", () => {
        const moved = move(id, deleted, clients);
        return moved.kind === "done" ? done(shown(id)) : refused("absent");
      }),
    purge: (id) =>
      change("purge", () => (deleted.delete(id) ? done(undefined) : refused("absent"))),
    locateDeleted: (id) =>
      read("locateDeleted", () => {
        const found = deleted.get(id) ?? clients.get(id);
        return found && { clientId: id, subscriptionKey: found.subscriptionKey };
      }),
    addSecret: (clientId, secret) =>
      change("addSecret", () => {
        const client = clients.get(clientId);
        if (!client) return refused("absent");
        if (client.secrets.length >= PERSONAL_AUDIENCE_MAX_SECRETS) return refused("secrets-full");
        const against = secretForbidden(secret);
        if (against) return against;
        const { shown, made } = newSecret(secret);
        update(clientId, ({ secrets }) => ({ secrets: [...secrets, shown] }));
        return done(made);
      }),
    removeSecret: (clientId, keyId) =>
      change("removeSecret", () => {
        const client = clients.get(clientId);
        if (!client) return refused("absent");
        const left = client.secrets.filter((secret) => secret.keyId !== keyId);
        if (left.length === client.secrets.length) return refused("secret-absent");
        return update(clientId, () => ({ secrets: left }));
      }),
    addCertificate: (clientId, { der: _, ...added }, _expected, instead) =>
      change("addCertificate", () => {
        const held = clients.get(clientId)?.certificates ?? [];
        if (held.some(({ keyId }) => isSameKey(keyId, added.keyId))) return done(undefined);
        const less = held.filter(
          ({ keyId }) => instead === undefined || !isSameKey(keyId, instead),
        );
        const same = held.find(({ thumbprint }) => thumbprint === added.thumbprint);
        if (same)
          return {
            kind: "refused",
            refusal: { reason: "certificate-held", keyId: same.keyId },
          } as const;
        const against = forbidden(added, policy.certificateDays);
        if (against) return against;
        return update(clientId, () => ({ certificates: [...less, shownOf(added)] }));
      }),
    removeCertificate: (clientId, id) =>
      change("removeCertificate", () => {
        const held = clients.get(clientId)?.certificates;
        if (!held) return refused("absent");
        const certificates = held.filter(({ keyId }) => !isSameKey(keyId, id));
        if (certificates.length === held.length) return refused("certificate-absent");
        return update(clientId, () => ({ certificates }));
      }),
    endingOf: (clientId) =>
      read("endingOf", () => {
        const client = shown(clientId);
        return client && endingsOf(client);
      }),
    addFederated: (clientId, credential) =>
      change("addFederated", () => federated.add(clientId, credential)),
    removeFederated: (clientId, id) =>
      change("removeFederated", () => federated.remove(clientId, id)),
    federatedOf: (clientId) => read("federatedOf", () => federated.of(clientId)),
    secretsOf: (clientId) => read("secretsOf", () => shown(clientId)?.secrets),
    listSecrets: (from = "0") =>
      read("listSecrets", () => {
        const at = Number(from);
        const page = [...clients.values()].slice(at, at + 2);
        const items = page.map(({ id: clientId, subscriptionKey, ...client }) => ({
          lead: { clientId, subscriptionKey },
          secrets: endingsOf(client),
        }));
        return { items, ...(at + 2 < clients.size && { next: String(at + 2) }) };
      }),
  };
}
