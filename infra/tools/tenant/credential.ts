import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { thumbprintOf } from "../../../shared/adapters/directory/key-credential.ts";
import type { Graph } from "./graph.ts";
import { type Application, EXCHANGE_AUDIENCE, federatedOf } from "./objects.ts";
import type { SetupOptions } from "./options.ts";

const SECRET_NAME = "latchkey";
const DAY_MS = 86_400_000;
const AddedPassword = z.looseObject({ secretText: z.string().optional() });

export interface CredentialContext {
  readonly graph: Graph;
  readonly tenantId: string;
  readonly authority: string;
  readonly now: Date;
}

/**
 * Lets the backend prove who it is, in the way asked for.
 *
 * @returns the settings that follow; a new secret is in there once and nowhere else
 */
export async function ensureCredential(
  context: CredentialContext,
  application: Application,
  options: SetupOptions,
): Promise<Record<string, string>> {
  switch (options.credential) {
    case "none":
      return {};
    case "federated":
      return federated(context, application, options);
    case "certificate":
      return certificate(context, application, options);
    case "secret":
      return secret(context, application, options);
  }
}

async function federated(
  { graph, tenantId, authority }: CredentialContext,
  application: Application,
  options: SetupOptions,
): Promise<Record<string, string>> {
  const subject = options["managed-identity"];
  const settings = { DIRECTORY_CREDENTIAL: "federated" };
  // The identity is made by the deployment; its principal id is one of that's outputs.
  if (!subject) return settings;
  const issuer = `${authority}/${options["identity-tenant"] ?? tenantId}/v2.0`;
  const known = application.id.startsWith("<") ? [] : await federatedOf(graph, application.id);
  if (!known.some((one) => one.issuer === issuer && one.subject === subject)) {
    await graph.write(
      "POST",
      `/applications/${application.id}/federatedIdentityCredentials`,
      { name: `latchkey-${subject}`, issuer, subject, audiences: [EXCHANGE_AUDIENCE] },
      true,
    );
  }
  return settings;
}

async function certificate(
  { graph }: CredentialContext,
  application: Application,
  options: SetupOptions,
): Promise<Record<string, string>> {
  if (!options.certificate) throw new Error("--credential certificate needs --certificate <file>.");
  const parsed = new X509Certificate(await readFile(options.certificate));
  const key = parsed.raw.toString("base64");
  const thumbprint = parsed.fingerprint.replaceAll(":", "");
  // Of many applications at once the directory shows no certificates, and of each of them its thumbprint.
  if (
    !application.keyCredentials.some((one) => one.key === key || thumbprintOf(one) === thumbprint)
  ) {
    const added = {
      type: "AsymmetricX509Cert",
      usage: "Verify",
      key,
      displayName: parsed.subject.replaceAll("\n", ", "),
      endDateTime: new Date(parsed.validTo).toISOString(),
      startDateTime: new Date(parsed.validFrom).toISOString(),
    };
    await graph.write(
      "PATCH",
      `/applications/${application.id}`,
      { keyCredentials: [...application.keyCredentials, added] },
      true,
    );
  }
  return { DIRECTORY_CREDENTIAL: "certificate" };
}

async function secret(
  { graph, now }: CredentialContext,
  application: Application,
  options: SetupOptions,
): Promise<Record<string, string>> {
  const settings = { DIRECTORY_CREDENTIAL: "secret" };
  const usable = application.passwordCredentials.some(
    ({ displayName, endDateTime }) =>
      displayName === SECRET_NAME && Date.parse(endDateTime) > now.getTime(),
  );
  if (usable) return settings;
  const endDateTime = new Date(now.getTime() + options["secret-days"] * DAY_MS).toISOString();
  const answer = await graph.write(
    "POST",
    `/applications/${application.id}/addPassword`,
    { passwordCredential: { displayName: SECRET_NAME, endDateTime } },
    true,
  );
  const { secretText } = AddedPassword.parse(answer);
  return { ...settings, ...(secretText && { DIRECTORY_CLIENT_SECRET: secretText }) };
}
