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

export interface Asked extends Ask {
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
    | "own certificate"
    | "granted client"
    | "suspended client"
    | "deleted client";
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
export const under = ({ key }: Subject) => ({ headers: { "idempotency-key": key } });
export const consent = (subject: Subject, action: string, json?: unknown): Asked => ({
  by: "operator",
  method: "POST",
  path: `/admin/consents/${idOf(subject)}/${action}`,
  ...under(subject),
  ...(json !== undefined && { json }),
});
