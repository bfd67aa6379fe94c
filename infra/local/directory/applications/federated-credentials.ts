import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Directory } from "../directory.ts";
import { demand, demandOwnership, READ_APPLICATIONS } from "../graph/caller.ts";
import {
  bodyOf,
  createsIfMissing,
  type GraphCall,
  type GraphReply,
  type GraphRoute,
  noContent,
  param,
} from "../graph/graph-call.ts";
import { badRequest, GraphError, notFound } from "../graph/graph-error.ts";
import { contextOf } from "../graph/odata-select.ts";
import type { ApplicationRecord } from "../state.ts";
import { findApplication } from "./find-application.ts";

const text = z.string().min(1).max(600);
/** What Graph checks of each property; name, audiences and issuer have words of their own. */
const properties = {
  name: z.string(),
  issuer: text,
  subject: text,
  audiences: z.array(text),
  description: z.string().max(600).nullable().optional(),
};
const created = z.strictObject(properties);
const updated = z.strictObject(properties).partial();
/** The name is in the address. */
const upserted = created.partial({ name: true });

const MAX_CREDENTIALS = 20;
/** Microsoft Entra's own rule, "Important considerations and restrictions for federated identity credentials". */
const NAME = /^[a-z\d][\w-]{2,119}$/i;
const KEY = /^name\s*=\s*'(.*)'$/is;

/**
 * `/applications/{id}/federatedIdentityCredentials`: who else may speak for the application. A wrong issuer or subject is
 * accepted here and fails at the token endpoint, as in Entra. The sentences about name and audiences are documented there; what is
 * said to an issuer that is not https is recorded nowhere, so it is refused like each value that does not fit.
 */
export function federatedCredentialRoutes(directory: Directory): GraphRoute[] {
  const template = "/applications/{id}/federatedIdentityCredentials";
  const one = `${template}/{credentialId}`;
  const set = (id: string) => `applications('${id}')/federatedIdentityCredentials`;
  const contexts = (call: GraphCall, { id }: ApplicationRecord, single: boolean) => ({
    "@odata.context": contextOf(call.origin, set(id), call.query, single),
  });
  const keep = (record: ApplicationRecord, federated: ApplicationRecord["federated"]) => {
    directory.faults.countWrite(record.object);
    directory.state.applications.put({ ...record, federated });
  };

  const list = (call: GraphCall): GraphReply => {
    demand(call.caller, READ_APPLICATIONS);
    const record = findApplication(directory, param(call, "id"));
    return { status: 200, body: { ...contexts(call, record, false), value: record.federated } };
  };

  const read = (call: GraphCall): GraphReply => {
    demand(call.caller, READ_APPLICATIONS);
    const record = findApplication(directory, param(call, "id"));
    return { status: 200, body: { ...contexts(call, record, true), ...found(record, call) } };
  };

  const create = (call: GraphCall): GraphReply => {
    const record = findApplication(directory, param(call, "id"));
    demandOwnership(call.caller, record);
    return add(call, record, bodyOf(call, created, "FederatedIdentityCredential"));
  };

  const add = (
    call: GraphCall,
    record: ApplicationRecord,
    input: z.infer<typeof created>,
  ): GraphReply => {
    check(input);
    if (record.federated.some(({ name }) => name === input.name)) {
      throw new GraphError(
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        `FederatedIdentityCredential with name ${input.name} already exists.`,
      );
    }
    refuseSecondTrust(record.federated, input);
    if (record.federated.length >= MAX_CREDENTIALS) {
      throw badRequest(`Too many federated identity credentials. Limit is ${MAX_CREDENTIALS}.`);
    }
    const credential = { id: randomUUID(), ...input, description: input.description ?? null };
    keep(record, [...record.federated, credential]);
    return { status: 201, body: { ...contexts(call, record, true), ...credential } };
  };

  const update = (call: GraphCall): GraphReply => {
    const record = findApplication(directory, param(call, "id"));
    demandOwnership(call.caller, record);
    const wanted = KEY.exec(param(call, "credentialId"))?.[1];
    if (wanted !== undefined && createsIfMissing(call) && !byKey(record, wanted)) {
      const { name = wanted, ...input } = bodyOf(call, upserted, "FederatedIdentityCredential");
      if (name !== wanted) throw invalid("name");
      return add(call, record, { name, ...input });
    }
    const before = found(record, call);
    const { name = before.name, ...input } = bodyOf(call, updated, "FederatedIdentityCredential");
    if (name !== before.name) throw invalid("name");
    const after = {
      ...before,
      issuer: input.issuer ?? before.issuer,
      subject: input.subject ?? before.subject,
      audiences: input.audiences ?? before.audiences,
      description: input.description === undefined ? before.description : input.description,
    };
    check(after);
    const others = record.federated.filter(({ id }) => id !== before.id);
    refuseSecondTrust(others, after);
    keep(
      record,
      record.federated.map((it) => (it.id === before.id ? after : it)),
    );
    return noContent;
  };

  const remove = (call: GraphCall): GraphReply => {
    const record = findApplication(directory, param(call, "id"));
    demandOwnership(call.caller, record);
    const { id } = found(record, call);
    keep(
      record,
      record.federated.filter((it) => it.id !== id),
    );
    return noContent;
  };

  return [
    { method: "GET", template, handle: list },
    { method: "POST", template, handle: create },
    { method: "GET", template: one, handle: read },
    { method: "PATCH", template: one, handle: update },
    { method: "DELETE", template: one, handle: remove },
  ];
}

type Credential = ApplicationRecord["federated"][number];

/** By its id or its name, as a part of the path or as a key. @throws 404 */
function found(record: ApplicationRecord, call: GraphCall): Credential {
  const given = param(call, "credentialId");
  const key = KEY.exec(given)?.[1] ?? given;
  const credential = byKey(record, key);
  if (!credential) throw notFound(key);
  return credential;
}

const byKey = ({ federated }: ApplicationRecord, key: string): Credential | undefined =>
  federated.find(({ id, name }) => id === key.toLowerCase() || name === key);

const invalid = (property: string) =>
  badRequest(
    `Invalid value specified for property '${property}' of resource 'FederatedIdentityCredential'.`,
  );

function check({ name, issuer, audiences }: Omit<Credential, "id" | "description">): void {
  if (!NAME.test(name))
    throw badRequest(`Federated Identity Credential name '${name}' is invalid.`);
  if (audiences.length !== 1)
    throw badRequest("Federated identity credentials must have exactly one audience.");
  if (!URL.canParse(issuer) || new URL(issuer).protocol !== "https:") throw invalid("issuer");
}

/** Recorded in azure-workload-identity#434. */
function refuseSecondTrust(
  others: readonly Credential[],
  { issuer, subject }: Pick<Credential, "issuer" | "subject">,
): void {
  if (!others.some((one) => one.issuer === issuer && one.subject === subject)) return;
  throw new GraphError(
    400,
    "InvalidFederatedIdentityCredentialValue",
    `The combination of issuer and subject must be unique for the application. Issuer ${issuer} and Subject: ${subject} already exist. paramName: FederatedIdentityCredential.Subject, paramValue: ${subject}, objectType: Microsoft.Online.DirectoryServices.Application`,
  );
}
