import { createHash, randomUUID, X509Certificate } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { badRequest, GraphError } from "../graph/graph-error.ts";
import type { Application, AppRole, KeyCredential } from "../graph-types.ts";
import type { ApplicationInput, KeyCredentialInput } from "./application-input.ts";

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
  const { appRoles, keyCredentials, ...plain } = input;
  const scopes = input.api?.oauth2PermissionScopes;
  if (scopes) demandDisabled(application.api["oauth2PermissionScopes"], scopes);
  const changes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(plain)) {
    if (value === undefined) continue;
    const before = application[name];
    changes[name] = isComplex(value) && isComplex(before) ? { ...before, ...value } : value;
  }
  return {
    ...application,
    ...changes,
    ...(appRoles && { appRoles: rolesOf(application, appRoles) }),
    ...(keyCredentials && {
      keyCredentials: keyCredentials.map((key) => keyOf(application, key)),
    }),
  };
}

const isComplex = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function rolesOf(
  application: Application,
  roles: NonNullable<ApplicationInput["appRoles"]>,
): AppRole[] {
  demandDisabled(application.appRoles, roles);
  return roles.map((role) => ({ ...role, origin: "Application" }));
}

/** As they were taken in: application-input.ts. */
const entitlements = z.array(z.looseObject({ id: z.string(), isEnabled: z.boolean() }));

/**
 * A role or scope that is enabled can only be disabled. Which changes count is what terraform-provider-azuread disables for
 * (`applicationAppRoleChanged`): who may have it, its texts and its value.
 */
function demandDisabled(before: unknown, after: z.infer<typeof entitlements>): void {
  const next = new Map(after.map((one) => [one.id, one]));
  for (const one of entitlements.parse(before)) {
    if (!one.isEnabled) continue;
    const then = next.get(one.id);
    if (then && isDeepStrictEqual({ ...one, ...then, isEnabled: true }, one)) continue;
    throw new GraphError(
      400,
      "CannotDeleteOrUpdateEnabledEntitlement",
      "Permission (scope or role) cannot be deleted or updated unless disabled first.",
    );
  }
}

/**
 * A certificate the caller names by `keyId` as it is, with its `key` or without, is the one that is already there. Of one that is
 * there nothing can be changed, and one that is not there needs its `key`.
 */
function keyOf(application: Application, input: KeyCredentialInput): KeyCredential {
  const known = application.keyCredentials.find((key) => key.keyId === input.keyId);
  if (known) {
    if (isSame(known, input)) return known;
    throw badRequest(`Update to existing credential with KeyId '${known.keyId}' is not allowed.`);
  }
  const certificate = certificateOf(input.key);
  if (!certificate || input.type !== "AsymmetricX509Cert" || input.usage !== "Verify") {
    throw new GraphError(400, "KeyCredentialsInvalidValue", "Key credential(s) are invalid.");
  }
  const end = input.endDateTime ?? new Date(certificate.validTo).toISOString();
  if (!(Date.parse(end) <= Date.parse(certificate.validTo)))
    throw new GraphError(
      400,
      "KeyCredentialsInvalidEndDate",
      "Key credential end date is invalid.",
    );
  return {
    customKeyIdentifier: input.customKeyIdentifier ?? thumbprintOf(certificate),
    displayName: (input.displayName ?? certificate.subject.replaceAll("\n", ", ")).slice(0, KEPT),
    endDateTime: inSeconds(end),
    key: certificate.raw.toString("base64"),
    keyId: input.keyId ?? randomUUID(),
    startDateTime: inSeconds(input.startDateTime ?? new Date(certificate.validFrom).toISOString()),
    type: input.type,
    usage: input.usage,
  };
}

/** "With a maximum length of 90 characters. Longer values are accepted but shortened" (Graph reference, keyCredential). */
const KEPT = 90;

/** A binary, as OData writes it. */
const thumbprintOf = ({ raw }: X509Certificate): string =>
  createHash("sha1").update(raw).digest("base64");

/** Of certificates the directory keeps no smaller parts. */
const inSeconds = (time: string): string => time.replace(/\.\d+/, "");

function isSame(known: KeyCredential, input: KeyCredentialInput): boolean {
  const same = (before: string | null, given: string | null | undefined) =>
    given === undefined || given === before;
  return (
    (!input.key || input.key === known.key) &&
    same(known.customKeyIdentifier, input.customKeyIdentifier) &&
    same(known.displayName, input.displayName) &&
    same(known.endDateTime, input.endDateTime) &&
    same(known.startDateTime, input.startDateTime)
  );
}

/** What a read shows: the certificates themselves only to who reads one application and names them in `$select`. */
export function withoutKeys<T extends Pick<Application, "keyCredentials">>(application: T): T {
  const keyCredentials = application.keyCredentials.map((key) => ({ ...key, key: null }));
  return { ...application, keyCredentials };
}

/** The key is base64 of DER, or (as the portal and many scripts send it) base64 of the PEM text. */
function certificateOf(key: string | null | undefined): X509Certificate | undefined {
  try {
    return key ? new X509Certificate(Buffer.from(key, "base64")) : undefined;
  } catch {
    return undefined;
  }
}
