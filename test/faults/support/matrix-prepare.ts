import { TableClient } from "@azure/data-tables";
import { ServiceBusClient } from "@azure/service-bus";
import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { keySafe } from "../../../shared/adapters/key-safe.ts";
import { openTable } from "../../../shared/adapters/records/connect.ts";
import { tableJournal } from "../../../shared/adapters/records/journal.ts";
import type { ConsentLook } from "../../../shared/events/consent-look.ts";
import type { ApiCaller } from "../../support/api.ts";
import { grantAs } from "../../support/grant-as.ts";
import { newId } from "../../support/samples.ts";
import {
  insistOnChange,
  insistOnClient,
  insistOnGone,
  insistOnKey,
  insistOnSecret,
} from "./insist-on.ts";
import { NAME_WORD } from "./matrix-faults.ts";
import type { Lane } from "./matrix-lane.ts";
import { prepareOwn } from "./matrix-own.ts";
import {
  type AskedOperation,
  certificates,
  idOf,
  newCertificate,
  newTrust,
  type Subject,
  trusts,
} from "./matrix-subject.ts";

/** What a cell begins with, made while all is well. */
export async function prepare(
  lane: Pick<Lane, "cloud">,
  customer: ApiCaller,
  operation: { readonly name: string; readonly needs: AskedOperation["needs"] },
): Promise<Subject> {
  const name = `${NAME_WORD} ${newId()}`;
  const key = newId();
  const before = { name: `${NAME_WORD} before`, key: newId() };
  const nothing = { client: undefined, secret: undefined, credential: undefined };
  if (operation.needs === "nothing")
    return { customer, ...nothing, ownToken: undefined, key, name };
  if (operation.needs === "own secret" || operation.needs === "own certificate") {
    const own = await prepareOwn(lane, customer, operation.name);
    const subject = { customer, ...own, credential: undefined, key, name };
    if (operation.needs === "own secret") return subject;
    const path = certificates(subject);
    return {
      ...subject,
      credential: await insistOnKey(customer.call, path, newCertificate(before)),
    };
  }
  const client = await insistOnClient(customer.call, `${NAME_WORD} ${operation.name}`);
  const secret =
    operation.needs === "secret"
      ? await insistOnSecret(customer.call, client.id, `${NAME_WORD} secret`)
      : undefined;
  const subject = {
    ...{ customer, client, secret, credential: undefined, ownToken: undefined },
    ...{ key, name },
  };
  const { call } = customer;
  if (operation.needs === "certificate")
    return {
      ...subject,
      credential: await insistOnKey(call, certificates(subject), newCertificate(before)),
    };
  if (operation.needs === "granted client") await grantAs(lane.cloud, client.id);
  const path = `/clients/${client.id}`;
  if (operation.needs === "suspended client")
    await insistOnChange(() => call("POST", `${path}/suspend`, { json: { reason: "Leaked" } }));
  if (operation.needs === "deleted client") await insistOnGone(() => call("DELETE", path));
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
