import { TableClient } from "@azure/data-tables";
import { ServiceBusClient } from "@azure/service-bus";
import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { keySafe } from "../../../shared/adapters/key-safe.ts";
import { openTable } from "../../../shared/adapters/records/connect.ts";
import { tableJournal } from "../../../shared/adapters/records/journal.ts";
import type { ConsentLook } from "../../../shared/events/consent-look.ts";
import type { ApiCaller, Ask } from "../../support/api.ts";
import type { ShownClient } from "../../support/make.ts";
import { newId } from "../../support/samples.ts";
import { certificateFor } from "./certificate-for.ts";
import { insistOnClient, insistOnKey, insistOnSecret } from "./insist-on.ts";
import { NAME_WORD } from "./matrix-faults.ts";

/** What one cell works on: a customer of its own, whose client nobody else changes. */
export interface Subject {
  readonly customer: ApiCaller;
  /** Nothing for an operation that needs none. */
  readonly client: ShownClient | undefined;
  /** A secret of the client; where it is the operation's own business. */
  readonly secret: { readonly keyId: string } | undefined;
  /** A certificate or federated credential of the client, by its id; as above. */
  readonly credential: string | undefined;
  /** What a POST is sent under, so that it can be asked for again. */
  readonly key: string;
  /** What a change calls what it makes; told from all others by it. */
  readonly name: string;
}

interface Asked extends Ask {
  readonly by: "customer" | "operator";
  readonly method: string;
  readonly path: string;
}

/** An operation that somebody asks for and is answered. */
export interface AskedOperation {
  readonly name: string;
  readonly needs: "nothing" | "client" | "secret" | "certificate" | "federated";
  ask(subject: Subject): Asked;
}

/** Who is asked when the operation needs a client and the preparation has made none: a defect of the test. */
function idOf({ client }: Subject): string {
  if (!client) throw new Error("A cell lacks its client");
  return client.id;
}

const certificates = (subject: Subject) => `/clients/${idOf(subject)}/certificates`;
const trusts = (subject: Subject) => `/clients/${idOf(subject)}/federated-credentials`;
const newCertificate = ({ name, key }: Pick<Subject, "name" | "key">) => ({
  displayName: name,
  certificate: certificateFor({ key }),
});
const newTrust = ({ name }: Pick<Subject, "name">) => ({
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
    ask: (subject) => ({
      by: "customer",
      method: "POST",
      path: `${certificates(subject)}/${subject.credential}/rotate`,
      json: newCertificate(subject),
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

/** What a cell begins with, made while all is well. */
export async function prepare(
  customer: ApiCaller,
  operation: { readonly name: string; readonly needs: AskedOperation["needs"] },
): Promise<Subject> {
  const name = `${NAME_WORD} ${newId()}`;
  const key = newId();
  if (operation.needs === "nothing")
    return { customer, client: undefined, secret: undefined, credential: undefined, key, name };
  const client = await insistOnClient(customer.call, `${NAME_WORD} ${operation.name}`);
  const secret =
    operation.needs === "secret"
      ? await insistOnSecret(customer.call, client.id, `${NAME_WORD} secret`)
      : undefined;
  const subject = { customer, client, secret, credential: undefined, key, name };
  const { call } = customer;
  const before = { name: `${NAME_WORD} before`, key: newId() };
  if (operation.needs === "certificate")
    return {
      ...subject,
      credential: await insistOnKey(call, certificates(subject), newCertificate(before)),
    };
  if (operation.needs === "federated")
    return { ...subject, credential: await insistOnKey(call, trusts(subject), newTrust(before)) };
  return subject;
}

/**
 * Has the consent clock look at the client shortly, when the fault is in force.
 *
 * @returns the operation that the message names
 */
export async function lookSoon(cloud: Cloud, subject: Subject, inMs: number): Promise<string> {
  const bus = new ServiceBusClient(cloud.addresses.serviceBus);
  try {
    const body: ConsentLook = {
      type: "consent.look",
      version: 1,
      operationId: newId(),
      clientId: idOf(subject),
    };
    await bus
      .createSender("consent")
      .scheduleMessages(
        { messageId: body.operationId, contentType: "application/json", body },
        new Date(Date.now() + inMs),
      );
    return body.operationId;
  } finally {
    await bus.close();
  }
}

/** The operation that made a client: its message comes to the consent clock a second after its create. */
export async function madeBy(cloud: Cloud, subject: Subject): Promise<string> {
  const client = TableClient.fromConnectionString(cloud.addresses.tables, "clients", {
    allowInsecureConnection: true,
  });
  const row = await client.getEntity(
    keySafe(subject.customer.subscription),
    `client:${idOf(subject)}`,
  );
  return z.string().parse(row["operationId"]);
}

/** Leaves the reconciler something to do: an event that could not be told. */
export async function leaveUntold(cloud: Cloud, subject: Subject): Promise<void> {
  const connection = {
    kind: "connectionString",
    connectionString: cloud.addresses.tables,
  } as const;
  await tableJournal(openTable(connection, "journal")).untold(
    {
      id: `${newId()}:client.renamed`,
      type: "client.renamed",
      time: new Date().toISOString(),
      clientId: idOf(subject),
      subscription: subject.customer.subscription,
      data: { displayName: subject.name },
    },
    new Date(),
  );
}
