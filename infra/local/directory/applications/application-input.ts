import * as z from "zod";
import type { SignInAudience } from "../graph-types.ts";

/**
 * What a caller may set on an application, by type. Limits that follow from the audience are in application-limits.ts.
 * Source: the Graph reference (application resource type) and its metadata.
 */
const guid = z.guid();
const text = z.string();
const nullableText = z.string().nullable();
const redirects = z.looseObject({ redirectUris: z.array(text).optional() });

const appRoleInput = z.strictObject({
  allowedMemberTypes: z.array(z.enum(["User", "Application"])).min(1),
  description: text,
  displayName: text,
  id: guid,
  isEnabled: z.boolean().default(true),
  origin: text.optional(),
  value: text.regex(/^\S+$/).nullable().default(null),
});

const scopeInput = z.looseObject({ id: guid, isEnabled: z.boolean().default(true) });

const requiredResource = z.strictObject({
  resourceAppId: guid,
  resourceAccess: z.array(z.strictObject({ id: guid, type: z.enum(["Role", "Scope"]) })),
});

const keyCredentialInput = z.object({
  customKeyIdentifier: nullableText.optional(),
  displayName: nullableText.optional(),
  endDateTime: text.optional(),
  key: nullableText.optional(),
  keyId: guid.optional(),
  startDateTime: text.optional(),
  type: text,
  usage: text,
});
export type KeyCredentialInput = z.infer<typeof keyCredentialInput>;

/** Only in a create, and without a value: the directory makes that. */
const newPassword = z.strictObject({
  displayName: nullableText.optional(),
  startDateTime: z.iso.datetime({ offset: true }).nullable().optional(),
  endDateTime: z.iso.datetime({ offset: true }).nullable().optional(),
});
export const newPasswords = z.array(newPassword);

const audience = z.enum([
  "AzureADMyOrg",
  "AzureADMultipleOrgs",
  "AzureADandPersonalMicrosoftAccount",
  "PersonalMicrosoftAccount",
] satisfies SignInAudience[]);

const noControlCharacters = text.regex(/^[^\p{Cc}]+$/u);

export const applicationInput = z.strictObject({
  addIns: z.array(z.unknown()).optional(),
  api: z
    .looseObject({
      requestedAccessTokenVersion: z.int().min(1).max(2).nullable().optional(),
      oauth2PermissionScopes: z.array(scopeInput).optional(),
    })
    .optional(),
  appRoles: z.array(appRoleInput).optional(),
  authenticationBehaviors: z.unknown().optional(),
  defaultRedirectUri: nullableText.optional(),
  description: nullableText.optional(),
  displayName: noControlCharacters.optional(),
  groupMembershipClaims: nullableText.optional(),
  identifierUris: z.array(text).optional(),
  info: z.looseObject({}).optional(),
  isDeviceOnlyAuthSupported: z.boolean().nullable().optional(),
  isDisabled: z.boolean().nullable().optional(),
  isFallbackPublicClient: z.boolean().nullable().optional(),
  keyCredentials: z.array(keyCredentialInput).optional(),
  notes: text.max(1024).nullable().optional(),
  optionalClaims: z.unknown().optional(),
  parentalControlSettings: z.unknown().optional(),
  passwordCredentials: z.unknown().optional(),
  publicClient: redirects.optional(),
  requiredResourceAccess: z.array(requiredResource).optional(),
  samlMetadataUrl: nullableText.optional(),
  serviceManagementReference: nullableText.optional(),
  servicePrincipalLockConfiguration: z.unknown().optional(),
  signInAudience: audience.optional(),
  spa: redirects.optional(),
  tags: z.array(text.regex(/^\S+$/).min(1).max(256)).optional(),
  tokenEncryptionKeyId: guid.nullable().optional(),
  uniqueName: text.min(1).nullable().optional(),
  verifiedPublisher: z.unknown().optional(),
  web: redirects.optional(),
});
export type ApplicationInput = z.infer<typeof applicationInput>;
