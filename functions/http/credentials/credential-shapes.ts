import * as z from "zod";
import type { Client, ClientRecord } from "../../../shared/clients/client.ts";
import {
  CredentialKind,
  type EndingCredential,
  endingsOf,
  type FederatedCredential,
} from "../../../shared/clients/credential.ts";
import { MAX_FEDERATED_PART } from "../../../shared/clients/federated/federated.ts";
import { retirementOf } from "../../../shared/clients/known-secrets.ts";
import { type Shaped, shape } from "../../edge/shape.ts";

/** A credential of any kind: what all of them have, and what tells one of its kind from another. */

const instant = z.iso.datetime();
const part = z.string().max(MAX_FEDERATED_PART).optional();

export const CredentialShape = shape(() =>
  z
    .strictObject({
      id: z
        .string()
        .max(64)
        .describe("Of a secret and of a certificate: its keyId")
        .meta({ examples: ["8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d"] }),
      kind: CredentialKind,
      displayName: z
        .string()
        .max(256)
        .meta({ examples: ["Production"] }),
      createdAt: instant.optional().describe("When it was added, where that is known"),
      expiresAt: instant.optional().describe("When it stops working; absent of what never does"),
      retiresAt: instant.optional().describe("When the service removes it, for it was replaced"),
      hint: z.string().max(16).optional().describe("Of a secret: first characters of its value"),
      thumbprint: z.string().max(64).optional().describe("Of a certificate: its SHA-1 in hex"),
      issuer: part.describe("Of a federated one: whose tokens are taken"),
      subject: part.describe("Of a federated one: of whom"),
      audience: part.describe("Of a federated one: what they must name in their `aud`"),
    })
    .meta({ id: "Credential" }),
);

export const CredentialListShape = shape(() =>
  z.strictObject({ items: z.array(CredentialShape()) }).meta({ id: "CredentialList" }),
);

/** @param record of its client, which knows when it is removed */
export const showEnding =
  (record: ClientRecord) =>
  (credential: EndingCredential): Shaped<typeof CredentialShape> => {
    const retiresAt = retirementOf(record, credential.keyId);
    return {
      id: credential.keyId,
      kind: "kind" in credential ? credential.kind : "secret",
      displayName: credential.displayName,
      createdAt: credential.createdAt.toISOString(),
      expiresAt: credential.expiresAt.toISOString(),
      ...(retiresAt && { retiresAt: retiresAt.toISOString() }),
      ...("kind" in credential ? { thumbprint: credential.thumbprint } : { hint: credential.hint }),
    };
  };

const showTrust = ({
  createdAt,
  ...trust
}: FederatedCredential): Shaped<typeof CredentialShape> => ({
  ...trust,
  kind: "federated",
  ...(createdAt && { createdAt: createdAt.toISOString() }),
});

/** @param trusts its federated ones, which the directory tells apart from those that end */
export const showCredentials = (
  client: Client,
  trusts: readonly FederatedCredential[],
): Shaped<typeof CredentialShape>[] => [
  ...endingsOf(client).map(showEnding(client.record)),
  ...trusts.map(showTrust),
];
