import type { ApiCaller, Ask } from "../../support/api.ts";
import type { ShownClient } from "../../support/make.ts";
import { certificateFor } from "./certificate-for.ts";

/** What one cell works on: a customer of its own, whose client nobody else changes. */
export interface Subject {
  readonly customer: ApiCaller;
  /** Nothing for an operation that needs none. */
  readonly client: ShownClient | undefined;
  /** A secret of the client; where it is the operation's own business. */
  readonly secret: { readonly keyId: string } | undefined;
  /** Of a client that asks for itself. */
  readonly ownToken: string | undefined;
  /** A certificate or federated credential of the client, by its id; as above. */
  readonly credential: string | undefined;
  /** What a POST is sent under, so that it can be asked for again. */
  readonly key: string;
  /** What a change calls what it makes; told from all others by it. */
  readonly name: string;
}

interface Asked extends Ask {
  readonly by: "customer" | "operator" | "client";
  readonly method: string;
  readonly path: string;
}

/** An operation that somebody asks for and is answered. */
export interface AskedOperation {
  readonly name: string;
  readonly needs:
    | "nothing"
    | "client"
    | "secret"
    | "certificate"
    | "federated"
    | "own secret"
    | "own certificate";
  /** `npm test`'s slice has one of these for each fault, in turn: they are much alike, and a cell costs what a cell costs. */
  readonly inTurn?: true;
  ask(subject: Subject): Asked;
}

/** Who is asked when the operation needs a client and the preparation has made none: a defect of the test. */
export function idOf({ client }: Subject): string {
  if (!client) throw new Error("A cell lacks its client");
  return client.id;
}

export const certificates = (subject: Subject) => `/clients/${idOf(subject)}/certificates`;
export const trusts = (subject: Subject) => `/clients/${idOf(subject)}/federated-credentials`;
export const newCertificate = ({ name, key }: Pick<Subject, "name" | "key">) => ({
  displayName: name,
  certificate: certificateFor({ key }),
});
export const newTrust = ({ name }: Pick<Subject, "name">) => ({
  name: name.replaceAll(" ", "-"),
  issuer: "https://issuer.example",
  subject: name,
});
const under = ({ key }: Subject) => ({ headers: { "idempotency-key": key } });
const consent = (subject: Subject, action: string, json?: unknown): Asked => ({
  by: "operator",
  method: "POST",
  path: `/admin/consents/${idOf(subject)}/${action}`,
  ...under(subject),
  ...(json !== undefined && { json }),
});

export const askedOperations: readonly AskedOperation[] = [
  {
    name: "create",
    needs: "nothing",
    ask: (subject) => ({
      by: "customer",
      method: "POST",
      path: "/clients",
      json: { displayName: subject.name },
      ...under(subject),
    }),
  },
  {
    name: "register",
    needs: "nothing",
    ask: (subject) => ({
      by: "customer",
      method: "POST",
      path: "/register",
      json: { client_name: subject.name },
      ...under(subject),
    }),
  },
  {
    name: "get",
    needs: "client",
    ask: (subject) => ({ by: "customer", method: "GET", path: `/clients/${idOf(subject)}` }),
  },
  {
    name: "list",
    needs: "client",
    ask: () => ({ by: "customer", method: "GET", path: "/clients" }),
  },
  {
    name: "rename",
    needs: "client",
    ask: (subject) => ({
      by: "customer",
      method: "PATCH",
      path: `/clients/${idOf(subject)}`,
      json: { displayName: subject.name },
    }),
  },
  {
    name: "delete",
    needs: "client",
    ask: (subject) => ({ by: "customer", method: "DELETE", path: `/clients/${idOf(subject)}` }),
  },
  {
    name: "add secret",
    needs: "client",
    ask: (subject) => ({
      by: "customer",
      method: "POST",
      path: `/clients/${idOf(subject)}/secrets`,
      json: { displayName: subject.name },
      ...under(subject),
    }),
  },
  {
    name: "remove secret",
    needs: "secret",
    ask: (subject) => ({
      by: "customer",
      method: "DELETE",
      path: `/clients/${idOf(subject)}/secrets/${subject.secret?.keyId}`,
    }),
  },
  {
    name: "add certificate",
    needs: "client",
    ask: (subject) => ({
      by: "customer",
      method: "POST",
      path: certificates(subject),
      json: newCertificate(subject),
      ...under(subject),
    }),
  },
  {
    name: "rotate certificate",
    needs: "certificate",
    inTurn: true,
    ask: (subject) => ({
      by: "customer",
      method: "POST",
      path: `${certificates(subject)}/${subject.credential}/rotate`,
      json: newCertificate(subject),
      ...under(subject),
    }),
  },
  {
    name: "self rotate secret",
    needs: "own secret",
    inTurn: true,
    ask: (subject) => ({
      by: "client",
      method: "POST",
      path: "/self/rotate",
      json: { keyId: subject.secret?.keyId },
      ...under(subject),
    }),
  },
  {
    name: "self rotate certificate",
    needs: "own certificate",
    inTurn: true,
    ask: (subject) => ({
      by: "client",
      method: "POST",
      path: "/self/rotate",
      json: { keyId: subject.credential, ...newCertificate(subject) },
      ...under(subject),
    }),
  },
  {
    name: "remove certificate",
    needs: "certificate",
    ask: (subject) => ({
      by: "customer",
      method: "DELETE",
      path: `${certificates(subject)}/${subject.credential}`,
    }),
  },
  {
    name: "add federated",
    needs: "client",
    ask: (subject) => ({
      by: "customer",
      method: "POST",
      path: trusts(subject),
      json: newTrust(subject),
      ...under(subject),
    }),
  },
  {
    name: "remove federated",
    needs: "federated",
    ask: (subject) => ({
      by: "customer",
      method: "DELETE",
      path: `${trusts(subject)}/${subject.credential}`,
    }),
  },
  { name: "verify", needs: "client", ask: (subject) => consent(subject, "verify") },
  { name: "grant", needs: "client", ask: (subject) => consent(subject, "grant") },
  {
    name: "reject",
    needs: "client",
    ask: (subject) => consent(subject, "reject", { reason: "Not known to us" }),
  },
  {
    name: "suspend",
    needs: "client",
    ask: (subject) => ({
      by: "operator",
      method: "POST",
      path: `/admin/clients/${idOf(subject)}/suspend`,
      json: { reason: "Not known to us" },
      ...under(subject),
    }),
  },
  {
    name: "list consents",
    needs: "nothing",
    ask: () => ({ by: "operator", method: "GET", path: "/admin/consents" }),
  },
  {
    name: "list operations",
    needs: "nothing",
    ask: () => ({ by: "operator", method: "GET", path: "/admin/operations" }),
  },
];

/** Every operation; of those that are in turn only one, where that is enough. @param turn counts the faults */
export function dealOperations(all: boolean, turn: number): readonly AskedOperation[] {
  const inTurn = askedOperations.filter((operation) => operation.inTurn);
  const now = inTurn[turn % inTurn.length];
  return askedOperations.filter(
    (operation) => all || !operation.inTurn || operation.name === now?.name,
  );
}
