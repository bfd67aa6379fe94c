import { Role } from "../../shared/clients/client.ts";
import type { ExcessRole } from "../../shared/consent/drift.ts";
import type {
  ConsentDirectory,
  ConsentSubject,
  Grant,
  GrantStatus,
  Registration,
} from "../../shared/consent/ports.ts";

/** A role as an administrator assigns it: one of the resource API's, or of another API. */
export interface AssignedRole {
  /** The API; the resource API when left out. */
  readonly resource?: string;
  readonly role: string;
}

export interface MemoryConsentDirectory extends ConsentDirectory {
  /** An app registration of this service, as a create makes it. */
  register(client: Registration & { readonly appId: string }): void;
  /** The registration is deleted, and its service principal and assignments with it. */
  delete(clientId: string): void;
  /** What an administrator does; again it does nothing. @param principalId of the service principal, if it has to be that one */
  assign(clientId: string, roles: readonly AssignedRole[], principalId?: string): string;
  /** Takes assignments away; all of them when no role is named. */
  withdraw(clientId: string, role?: string): void;
  /** Its service principal is deleted, and all that was assigned to it. */
  deletePrincipal(clientId: string): void;
  /** Answers leave it out from now on, until something is done with it. */
  silence(clientId: string): void;
  /** Its lists leave it out, as late ones do; reads by id show it. */
  leaveOut(clientId: string): void;
  /** How many calls the real one would have made. */
  readonly calls: {
    see: number;
    granted: number;
    carried: number;
    assignments: number;
    registrations: number;
    grant: number;
    revoke: number;
  };
}

const PAGE = 999;
const OWN = "the resource API";

interface Registered extends Registration {
  readonly appId: string;
  principalId?: string;
  assigned: readonly Required<AssignedRole>[];
}

/** The `ConsentDirectory` port in memory, for tests of rules. The contract test holds it against the real adapter. */
export function memoryConsentDirectory(newId: () => string): MemoryConsentDirectory {
  const registered = new Map<string, Registered>();
  const silent = new Set<string>();
  const leftOut = new Set<string>();
  const calls = {
    see: 0,
    granted: 0,
    carried: 0,
    assignments: 0,
    registrations: 0,
    grant: 0,
    revoke: 0,
  };

  const known = (clientId: string): Registered => {
    silent.delete(clientId);
    const found = registered.get(clientId);
    if (!found) throw new Error(`There is no client ${clientId} in the directory`);
    return found;
  };
  const principalOf = (found: Registered): string => {
    found.principalId ??= newId();
    return found.principalId;
  };
  const excessOf = (found: Registered, { roles }: ConsentSubject): readonly ExcessRole[] =>
    found.assigned
      .filter(({ resource, role }) => resource !== OWN || !roles.some((asked) => asked === role))
      .map(({ resource, role }) => ({ resource, role, own: resource === OWN }));
  /** Nothing without a service principal that has something. */
  const grantOf = (subject: ConsentSubject): Grant | undefined => {
    const found = registered.get(subject.clientId);
    if (!found?.principalId || found.assigned.length === 0) return undefined;
    const has = (wanted: Role) =>
      found.assigned.some(({ resource, role }) => resource === OWN && role === wanted);
    const excess = excessOf(found, subject);
    return {
      principalId: found.principalId,
      complete: subject.roles.every(has),
      ...(excess.length > 0 && { excess }),
    };
  };
  const statusOf = (subject: ConsentSubject): GrantStatus => {
    if (!registered.has(subject.clientId)) return { status: "absent" };
    const { principalId, complete, excess } = grantOf(subject) ?? {};
    const also = excess && { excess };
    return complete && principalId
      ? { status: "granted", principalId, ...also }
      : { status: "not-granted", ...also };
  };
  const grants = (subjects: readonly ConsentSubject[]) =>
    new Map(
      subjects.flatMap((subject) => {
        const grant = silent.has(subject.clientId) ? undefined : grantOf(subject);
        return grant ? [[subject.clientId, grant] as const] : [];
      }),
    );
  const pageOf = <T>(all: readonly T[], from: string | undefined) => {
    const start = Number(from ?? 0);
    if (Number.isNaN(start)) return "expired";
    const next = start + PAGE < all.length ? { next: String(start + PAGE) } : {};
    return { items: all.slice(start, start + PAGE), ...next };
  };

  const assign: MemoryConsentDirectory["assign"] = (clientId, roles, principalId) => {
    const found = known(clientId);
    if (principalId !== undefined) found.principalId = principalId;
    for (const { resource = OWN, role } of roles) {
      const isThere = found.assigned.some((it) => it.resource === resource && it.role === role);
      if (!isThere) found.assigned = [...found.assigned, { resource, role }];
    }
    return principalOf(found);
  };

  return {
    calls,
    register: (client) => {
      registered.set(client.clientId, { ...client, assigned: [] });
    },
    delete: (clientId) => {
      silent.delete(clientId);
      registered.delete(clientId);
    },
    assign,
    withdraw: (clientId, role) => {
      const found = known(clientId);
      found.assigned = found.assigned.filter((it) => role !== undefined && it.role !== role);
    },
    deletePrincipal: (clientId) => {
      const found = known(clientId);
      delete found.principalId;
      found.assigned = [];
    },
    silence: (clientId) => {
      silent.add(clientId);
    },
    leaveOut: (clientId) => {
      leftOut.add(clientId);
    },
    see: async (subjects) => {
      calls.see += Math.ceil(subjects.length / 10);
      const heard = subjects.filter(({ clientId }) => !silent.has(clientId));
      return new Map(heard.map((subject) => [subject.clientId, statusOf(subject)]));
    },
    granted: async (subjects) => {
      calls.granted += Math.ceil(subjects.length / 300);
      return grants(subjects);
    },
    carried: async (subjects) => {
      calls.carried += Math.ceil(subjects.length / 300);
      const carried = new Map(grants(subjects));
      for (const { clientId } of subjects) {
        const { principalId } = registered.get(clientId) ?? {};
        // A service principal without anything is shown as well.
        if (principalId !== undefined && !carried.has(clientId) && !silent.has(clientId))
          carried.set(clientId, { principalId, complete: false });
      }
      return carried;
    },
    assignments: async (from) => {
      calls.assignments += 1;
      const all = [...registered.values()].flatMap(({ principalId, assigned }) =>
        assigned
          .filter(({ resource }) => resource === OWN)
          .map(({ role }) => ({
            principalId: principalId ?? "",
            role: Role.options.find((known) => known === role) ?? ("other" as const),
          })),
      );
      return pageOf(all, from);
    },
    registrations: async (from) => {
      calls.registrations += 1;
      return pageOf(
        [...registered.values()]
          .filter(({ clientId }) => !leftOut.has(clientId))
          .map(({ clientId, lead }) => ({ clientId, ...(lead && { lead }) })),
        from,
      );
    },
    revoke: async ({ clientId, roles }) => {
      calls.revoke += 1;
      const found = registered.get(clientId);
      if (!found) return false;
      const own = found.assigned.filter(({ resource }) => resource === OWN);
      found.assigned = found.assigned.filter(({ resource }) => resource !== OWN);
      return roles.every((role) => own.some((assigned) => assigned.role === role));
    },
    grant: async ({ clientId, roles }) => {
      calls.grant += 1;
      if (!registered.has(clientId)) return undefined;
      return assign(
        clientId,
        roles.map((role) => ({ role })),
      );
    },
  };
}
