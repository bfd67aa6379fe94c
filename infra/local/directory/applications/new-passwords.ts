import { badRequest } from "../graph/graph-error.ts";
import type { Application } from "../graph-types.ts";
import type { ApplicationRecord } from "../state.ts";
import { newPasswords } from "./application-input.ts";
import { credentialOf, withCredential } from "./passwords.ts";
import { newSecretText } from "./secret-value.ts";

/** Values by `keyId`, for the one answer that shows them. */
export type SecretTexts = ReadonlyMap<string, string>;

/**
 * The passwords that a new application is asked for with. The value is the directory's: one that is sent is refused as it has been
 * since 2019 (microsoft-graph-docs#6179). Source: the Graph reference, "Create application", example 2.
 */
export function withNewPasswords(
  application: ApplicationRecord,
  wanted: unknown,
): { readonly record: ApplicationRecord; readonly secretTexts: SecretTexts } {
  const secretTexts = new Map<string, string>();
  let record = application;
  if (wanted === undefined) return { record, secretTexts };
  const parsed = newPasswords.safeParse(wanted);
  if (!parsed.success)
    throw badRequest("New password credentials must be generated with service actions.");
  for (const one of parsed.data) {
    const secretText = newSecretText();
    const credential = credentialOf(secretText, one);
    secretTexts.set(credential.keyId, secretText);
    record = withCredential(record, credential, secretText);
  }
  return { record, secretTexts };
}

/** The application as the answer to its create shows it: this once with the values. */
export const withValues = (
  application: Application,
  secretTexts: SecretTexts,
): Pick<Application, "id" | "keyCredentials"> & Readonly<Record<string, unknown>> => ({
  ...application,
  passwordCredentials: application.passwordCredentials.map((credential) => ({
    ...credential,
    secretText: secretTexts.get(credential.keyId) ?? credential.secretText,
  })),
});
