import { randomUUID } from "node:crypto";
import * as z from "zod";
import { demand, demandOwnership, READ_APPLICATIONS } from "./caller.ts";
import type { Directory } from "./directory.ts";
import { findApplication } from "./find-application.ts";
import {
  bodyOf,
  type GraphCall,
  type GraphReply,
  type GraphRoute,
  noContent,
  param,
} from "./graph-call.ts";
import { badRequest, GraphError, notFound } from "./graph-error.ts";
import { contextOf } from "./odata-select.ts";

const body = z.strictObject({
  name: z
    .string()
    .min(3)
    .max(120)
    .regex(/^[\w-]+$/),
  issuer: z.url().max(600),
  subject: z.string().min(1).max(600),
  audiences: z.array(z.string().max(600)).length(1),
  description: z.string().max(600).nullable().optional(),
});

const MAX_CREDENTIALS = 20;

/**
 * `/applications/{id}/federatedIdentityCredentials`: who else may speak for the application. A wrong issuer or subject is
 * accepted here and fails at the token endpoint, as in Entra.
 */
export function federatedCredentialRoutes(directory: Directory): GraphRoute[] {
  const template = "/applications/{id}/federatedIdentityCredentials";
  const set = (id: string) => `applications('${id}')/federatedIdentityCredentials`;

  const list = (call: GraphCall): GraphReply => {
    demand(call.caller, READ_APPLICATIONS);
    const record = findApplication(directory, param(call, "id"));
    return {
      status: 200,
      body: {
        "@odata.context": contextOf(call.origin, set(record.id), call.query, false),
        value: record.federated,
      },
    };
  };

  const create = (call: GraphCall): GraphReply => {
    const record = findApplication(directory, param(call, "id"));
    demandOwnership(call.caller, record);
    const input = bodyOf(call, body, "FederatedIdentityCredential");
    if (record.federated.some(({ name }) => name === input.name)) {
      throw new GraphError(
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        `FederatedIdentityCredential with name ${input.name} already exists.`,
      );
    }
    const { issuer, subject } = input;
    if (record.federated.some((one) => one.issuer === issuer && one.subject === subject)) {
      // Recorded in azure-workload-identity#434.
      throw new GraphError(
        400,
        "InvalidFederatedIdentityCredentialValue",
        `The combination of issuer and subject must be unique for the application. Issuer ${issuer} and Subject: ${subject} already exist. paramName: FederatedIdentityCredential.Subject, paramValue: ${subject}, objectType: Microsoft.Online.DirectoryServices.Application`,
      );
    }
    if (record.federated.length >= MAX_CREDENTIALS) {
      throw badRequest(`Too many federated identity credentials. Limit is ${MAX_CREDENTIALS}.`);
    }
    directory.faults.countWrite(record.object);
    const credential = { id: randomUUID(), ...input, description: input.description ?? null };
    directory.state.applications.put({ ...record, federated: [...record.federated, credential] });
    return {
      status: 201,
      body: {
        "@odata.context": contextOf(call.origin, set(record.id), call.query, true),
        ...credential,
      },
    };
  };

  const remove = (call: GraphCall): GraphReply => {
    const record = findApplication(directory, param(call, "id"));
    demandOwnership(call.caller, record);
    const key = param(call, "credentialId");
    const federated = record.federated.filter((one) => one.id !== key && one.name !== key);
    if (federated.length === record.federated.length) throw notFound(key);
    directory.faults.countWrite(record.object);
    directory.state.applications.put({ ...record, federated });
    return noContent;
  };

  return [
    { method: "GET", template, handle: list },
    { method: "POST", template, handle: create },
    { method: "DELETE", template: `${template}/{credentialId}`, handle: remove },
  ];
}
