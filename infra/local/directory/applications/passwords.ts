import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import { type Directory, now } from "../directory.ts";
import { demandOwnership } from "../graph/caller.ts";
import {
  bodyOf,
  type GraphCall,
  type GraphReply,
  type GraphRoute,
  noContent,
  param,
} from "../graph/graph-call.ts";
import { badRequest } from "../graph/graph-error.ts";
import { allowsPersonalAccounts, type PasswordCredential } from "../graph-types.ts";
import { checkPasswordPolicy } from "../policies/app-management-rules.ts";
import type { ApplicationRecord } from "../state.ts";
import { findApplication } from "./find-application.ts";
import { hashSecret, newSecretText } from "./secret-value.ts";

const time = z.iso.datetime({ offset: true });

const addPasswordBody = z.strictObject({
  passwordCredential: z
    .strictObject({
      displayName: z.string().nullable().optional(),
      startDateTime: time.nullable().optional(),
      endDateTime: time.nullable().optional(),
    })
    .nullable()
    .optional(),
});
const removePasswordBody = z.strictObject({ keyId: z.guid() });

const MAX_PERSONAL_SECRETS = 2;
/** Of all collections of one object together; the directory words it as an object that is too large. */
const MAX_ORGANIZATION_SECRETS = 1_000;
const DEFAULT_LIFETIME_YEARS = 2;
/** How long a write under `loseParallelPasswords` stays open for another to overlap with it. */
const OVERLAP_MS = 25;

/** addPassword and removePassword. Source: the Graph reference, "application: addPassword" and "removePassword". */
export function passwordRoutes(directory: Directory): GraphRoute[] {
  const { applications } = directory.state;

  const add = async (call: GraphCall): Promise<GraphReply> => {
    const record = findApplication(directory, param(call, "id"));
    demandOwnership(call.caller, record);
    const wanted = bodyOf(call, addPasswordBody, "Application").passwordCredential ?? {};
    const secretText = newSecretText();
    const credential = credentialOf(secretText, wanted);
    checkPasswordPolicy(directory, record.object, credential);
    directory.faults.countWrite(record.object);
    const next = withCredential(record, credential, secretText);
    if (directory.faults.current.loseParallelPasswords) {
      // A write that starts from what it read, not from what is there: overlapping ones overwrite each other.
      await wait(OVERLAP_MS);
    }
    applications.put(next);
    return {
      status: 200,
      body: {
        "@odata.context": `${call.origin}/v1.0/$metadata#microsoft.graph.passwordCredential`,
        ...credential,
        secretText,
      },
    };
  };

  const remove = (call: GraphCall): GraphReply => {
    const record = findApplication(directory, param(call, "id"));
    demandOwnership(call.caller, record);
    const { keyId } = bodyOf(call, removePasswordBody, "Application");
    const { passwordCredentials } = record.object;
    if (!passwordCredentials.some((credential) => credential.keyId === keyId)) {
      throw badRequest(`No password credential found with keyId '${keyId}'.`);
    }
    directory.faults.countWrite(record.object);
    const secretHashes = { ...record.secretHashes };
    delete secretHashes[keyId];
    applications.put({
      ...record,
      secretHashes,
      object: {
        ...record.object,
        passwordCredentials: passwordCredentials.filter((credential) => credential.keyId !== keyId),
      },
    });
    return noContent;
  };

  return [
    { method: "POST", template: "/applications/{id}/addPassword", handle: add },
    { method: "POST", template: "/applications/{id}/removePassword", handle: remove },
  ];
}

/** @throws 400 past the limit of the audience */
export function withCredential(
  record: ApplicationRecord,
  credential: PasswordCredential,
  secretText: string,
): ApplicationRecord {
  const count = record.object.passwordCredentials.length;
  if (allowsPersonalAccounts(record.object.signInAudience) && count >= MAX_PERSONAL_SECRETS) {
    throw badRequest(
      `Not allowed to add ${count + 1} passwords. You can only add a maximum of ${MAX_PERSONAL_SECRETS} passwords.`,
    );
  }
  if (count >= MAX_ORGANIZATION_SECRETS) {
    throw badRequest(
      "Unable to save changes because the credential limit has been reached. Please delete a credential and try again.",
    );
  }
  return {
    ...record,
    secretHashes: { ...record.secretHashes, [credential.keyId]: hashSecret(secretText) },
    object: {
      ...record.object,
      passwordCredentials: [...record.object.passwordCredentials, credential],
    },
  };
}

export function credentialOf(
  secretText: string,
  wanted: {
    readonly displayName?: string | null | undefined;
    readonly startDateTime?: string | null | undefined;
    readonly endDateTime?: string | null | undefined;
    readonly keyId?: string;
  },
): PasswordCredential {
  const start = wanted.startDateTime ? new Date(wanted.startDateTime) : now();
  const end = wanted.endDateTime ? new Date(wanted.endDateTime) : new Date(start);
  if (!wanted.endDateTime) end.setUTCFullYear(end.getUTCFullYear() + DEFAULT_LIFETIME_YEARS);
  if (end <= start) {
    throw badRequest("Credential's end date must be later than its start date.");
  }
  return {
    customKeyIdentifier: null,
    displayName: wanted.displayName ?? null,
    endDateTime: end.toISOString(),
    hint: secretText.slice(0, 3),
    keyId: wanted.keyId ?? randomUUID(),
    secretText: null,
    startDateTime: start.toISOString(),
  };
}
