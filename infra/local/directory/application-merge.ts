import { randomUUID, X509Certificate } from "node:crypto";
import type { ApplicationInput, KeyCredentialInput } from "./application-input.ts";
import { badRequest, GraphError } from "./graph-error.ts";
import type { Application, AppRole, KeyCredential } from "./graph-types.ts";

/**
 * Writes the caller's properties over an application: collections are replaced, complex properties (`api`, `web`, …) are
 * merged one level deep, everything else is set.
 * @throws 400 for what neither POST nor PATCH may set
 */
export function mergeInput(application: Application, input: ApplicationInput): Application {
  if (input.passwordCredentials !== undefined) {
    throw badRequest("New password credentials must be generated with service actions.");
  }
  if (
    input.uniqueName !== undefined &&
    application.uniqueName !== null &&
    input.uniqueName !== application.uniqueName
  ) {
    throw badRequest("Property uniqueName is immutable once set.");
  }
  const merged: Record<string, unknown> = { ...application };
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    const before = merged[name];
    merged[name] = isComplex(value) && isComplex(before) ? { ...before, ...value } : value;
  }
  if (input.appRoles) merged["appRoles"] = rolesOf(application, input.appRoles);
  if (input.keyCredentials) {
    merged["keyCredentials"] = input.keyCredentials.map((key) => keyOf(application, key));
  }
  return merged as unknown as Application;
}

const isComplex = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function rolesOf(
  application: Application,
  roles: NonNullable<ApplicationInput["appRoles"]>,
): AppRole[] {
  const kept = new Set(roles.map((role) => role.id));
  if (application.appRoles.some((role) => role.isEnabled && !kept.has(role.id))) {
    throw new GraphError(
      400,
      "CannotDeleteOrUpdateEnabledEntitlement",
      "Permission (scope or role) cannot be deleted or updated unless disabled first.",
    );
  }
  return roles.map((role) => ({ ...role, origin: "Application" }));
}

/** A certificate the caller names by `keyId` without its `key` is the one that is already there. */
function keyOf(application: Application, input: KeyCredentialInput): KeyCredential {
  const known = application.keyCredentials.find((key) => key.keyId === input.keyId);
  if (known && !input.key) return known;
  const certificate = certificateOf(input.key);
  if (!certificate || input.type !== "AsymmetricX509Cert" || input.usage !== "Verify") {
    throw new GraphError(400, "KeyCredentialsInvalidValue", "Key credential(s) are invalid.");
  }
  return {
    customKeyIdentifier: input.customKeyIdentifier ?? certificate.fingerprint.replaceAll(":", ""),
    displayName: input.displayName ?? certificate.subject.replaceAll("\n", ", "),
    endDateTime: input.endDateTime ?? new Date(certificate.validTo).toISOString(),
    key: certificate.raw.toString("base64"),
    keyId: input.keyId ?? randomUUID(),
    startDateTime: input.startDateTime ?? new Date(certificate.validFrom).toISOString(),
    type: input.type,
    usage: input.usage,
  };
}

/** The key is base64 of DER, or (as the portal and many scripts send it) base64 of the PEM text. */
function certificateOf(key: string | null | undefined): X509Certificate | undefined {
  try {
    return key ? new X509Certificate(Buffer.from(key, "base64")) : undefined;
  } catch {
    return undefined;
  }
}
