import {
  type Asked,
  type AskedOperation,
  consent,
  idOf,
  newCertificate,
  type Subject,
  under,
} from "./matrix-subject.ts";

/** Operations that begin with more than a client: the slice has some of them for each fault, in turn, and `MATRIX=all` has all. */

const because = { reason: "Not known to us" };
const onClient = (subject: Subject, action: string, json?: unknown): Asked => ({
  ...{ by: "customer", method: "POST", path: `/clients/${idOf(subject)}/${action}` },
  ...under(subject),
  ...(json !== undefined && { json }),
});
const byItself = (subject: Subject, json: unknown): Asked => ({
  ...{ by: "client", method: "POST", path: "/self/rotate", json },
  ...under(subject),
});
const asOperator = (subject: Subject, action: string): Asked => ({
  ...{ by: "operator", method: "POST", path: `/admin/clients/${idOf(subject)}/${action}` },
  ...under(subject),
});

export const inTurn: readonly AskedOperation[] = [
  {
    name: "rotate secret",
    needs: "secret",
    ask: (subject) =>
      onClient(subject, `secrets/${subject.secret?.keyId}/rotate`, { displayName: subject.name }),
  },
  {
    name: "rotate certificate",
    needs: "certificate",
    ask: (subject) =>
      onClient(subject, `certificates/${subject.credential}/rotate`, newCertificate(subject)),
  },
  {
    name: "self rotate secret",
    needs: "own secret",
    ask: (subject) => byItself(subject, { keyId: subject.secret?.keyId }),
  },
  {
    name: "self rotate certificate",
    needs: "own certificate",
    ask: (subject) => byItself(subject, { keyId: subject.credential, ...newCertificate(subject) }),
  },
  {
    name: "move retirement",
    needs: "secret",
    ask: (subject) => ({
      by: "customer",
      method: "PATCH",
      path: `/clients/${idOf(subject)}/secrets/${subject.secret?.keyId}`,
      json: { retiresAt: "2099-01-01T00:00:00Z" },
    }),
  },
  {
    name: "suspend own",
    needs: "client",
    ask: (subject) => onClient(subject, "suspend", because),
  },
  {
    name: "resume own",
    needs: "suspended client",
    ask: (subject) => onClient(subject, "resume"),
  },
  { name: "restore", needs: "deleted client", ask: (subject) => onClient(subject, "restore") },
  { name: "purge", needs: "deleted client", ask: (subject) => asOperator(subject, "purge") },
  {
    name: "revoke",
    needs: "granted client",
    ask: (subject) => consent(subject, "revoke", because),
  },
];
