import type { Shelf, Store } from "../store.ts";
import type {
  Application,
  AppRoleAssignment,
  FederatedIdentityCredential,
  ServicePrincipal,
} from "./graph-types.ts";

interface Kept {
  readonly id: string;
  /** Order of creation; a list's page token names the last one seen, so deletions in between shift nothing. */
  readonly sequence: number;
  /** Milliseconds since the epoch, 0 for what was seeded: it never lags. */
  readonly createdMs: number;
}

export interface ApplicationRecord extends Kept {
  readonly object: Application;
  /** Object ids of the service principals that own it. */
  readonly owners: readonly string[];
  /** keyId → salted hash of the secret's value. */
  readonly secretHashes: Readonly<Record<string, string>>;
  readonly federated: readonly FederatedIdentityCredential[];
}

export interface ServicePrincipalRecord extends Kept {
  readonly object: ServicePrincipal;
  readonly owners: readonly string[];
}

export interface AssignmentRecord extends Kept {
  readonly object: AppRoleAssignment;
}

/** A shelf whose records can also be found by further keys, without reading all of them. */
interface Collection<T extends Kept> {
  get(id: string): T | undefined;
  all(): T[];
  by(key: string, value: string): T[];
  put(record: T): void;
  delete(id: string): void;
}

export interface State {
  readonly applications: Collection<ApplicationRecord>;
  readonly servicePrincipals: Collection<ServicePrincipalRecord>;
  readonly assignments: Collection<AssignmentRecord>;
  /** Whatever is one of a kind: the tenant's identity, its keys, delegated grants. */
  readonly single: Shelf<unknown>;
  nextSequence(): number;
  /** Changes of applications since the process began: what delta queries go by. */
  readonly changes: Changes;
}

interface Changes {
  /** How many there were. */
  count(): number;
  /** Ids of what was changed after so many, in the order of their last change. */
  since(count: number): string[];
}

export function openState(store: Store): State {
  const changed = new Map<string, number>();
  let changeCount = 0;
  const applications = openCollection(
    store.shelf<ApplicationRecord>("applications"),
    {
      appId: (record) => [record.object.appId],
      uniqueName: ({ object }) => (object.uniqueName === null ? [] : [object.uniqueName]),
      identifierUri: (record) => record.object.identifierUris,
    },
    (id) => {
      changeCount += 1;
      changed.delete(id);
      changed.set(id, changeCount);
    },
  );
  const servicePrincipals = openCollection(
    store.shelf<ServicePrincipalRecord>("servicePrincipals"),
    { appId: (record) => [record.object.appId] },
  );
  const assignments = openCollection(store.shelf<AssignmentRecord>("assignments"), {
    principalId: (record) => [record.object.principalId],
    resourceId: (record) => [record.object.resourceId],
  });
  // Time based, so that what is kept outside these collections need not be counted.
  let sequence = Date.now();
  for (const collection of [applications, servicePrincipals, assignments]) {
    for (const record of collection.all()) sequence = Math.max(sequence, record.sequence);
  }
  return {
    applications,
    servicePrincipals,
    assignments,
    single: store.shelf("single"),
    changes: {
      count: () => changeCount,
      since: (count) => [...changed].filter(([, at]) => at > count).map(([id]) => id),
    },
    nextSequence: () => {
      sequence += 1;
      return sequence;
    },
  };
}

function openCollection<T extends Kept>(
  shelf: Shelf<T>,
  keys: Record<string, (record: T) => readonly string[]>,
  onChange: (id: string) => void = () => undefined,
): Collection<T> {
  const indexes = new Map<string, Map<string, Set<string>>>();
  for (const key of Object.keys(keys)) indexes.set(key, new Map());

  const forEachKey = (record: T, visit: (ids: Map<string, Set<string>>, value: string) => void) => {
    for (const [key, valuesOf] of Object.entries(keys)) {
      const index = indexes.get(key);
      if (index) for (const value of valuesOf(record)) visit(index, value);
    }
  };
  const enter = (record: T) =>
    forEachKey(record, (index, value) => {
      const ids = index.get(value);
      if (ids) ids.add(record.id);
      else index.set(value, new Set([record.id]));
    });
  const leave = (record: T) =>
    forEachKey(record, (index, value) => index.get(value)?.delete(record.id));
  for (const record of shelf.all()) enter(record);

  return {
    get: (id) => shelf.get(id),
    all: () => shelf.all(),
    by: (key, value) => {
      const found: T[] = [];
      for (const id of indexes.get(key)?.get(value) ?? []) {
        const record = shelf.get(id);
        // The store can be cleared under the index: an id counts only while its record still has the key.
        if (record && keys[key]?.(record).includes(value)) found.push(record);
      }
      return found;
    },
    put: (record) => {
      const before = shelf.get(record.id);
      shelf.put(record.id, record);
      if (before) leave(before);
      enter(record);
      onChange(record.id);
    },
    delete: (id) => {
      const before = shelf.get(id);
      shelf.delete(id);
      onChange(id);
      if (before) leave(before);
    },
  };
}
