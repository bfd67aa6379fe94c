/**
 * The Graph resources that the directory keeps, as Graph's metadata shapes them. Only what the stand-in reads is typed;
 * everything else that a caller may set is carried through unread.
 */

export interface PasswordCredential {
  readonly customKeyIdentifier: string | null;
  readonly displayName: string | null;
  readonly endDateTime: string;
  readonly hint: string;
  readonly keyId: string;
  /** Always null once stored: the value is in the answer of addPassword and nowhere else. */
  readonly secretText: null;
  readonly startDateTime: string;
}

export interface KeyCredential {
  /** A binary of up to 40 characters: the SHA-1 thumbprint in Base64, or whatever was given (the portal gives its hex). */
  readonly customKeyIdentifier: string | null;
  readonly displayName: string | null;
  readonly endDateTime: string;
  /** Base64 DER certificate. Only `$select=keyCredentials` of one application shows it. */
  readonly key: string | null;
  readonly keyId: string;
  readonly startDateTime: string;
  readonly type: string;
  readonly usage: string;
}

export interface AppRole {
  readonly allowedMemberTypes: readonly string[];
  readonly description: string;
  readonly displayName: string;
  readonly id: string;
  readonly isEnabled: boolean;
  readonly origin: string;
  readonly value: string | null;
}

interface RequiredResourceAccess {
  readonly resourceAppId: string;
  readonly resourceAccess: readonly { readonly id: string; readonly type: "Role" | "Scope" }[];
}

export type SignInAudience =
  | "AzureADMyOrg"
  | "AzureADMultipleOrgs"
  | "AzureADandPersonalMicrosoftAccount"
  | "PersonalMicrosoftAccount";

export interface Application {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly createdDateTime: string;
  readonly deletedDateTime: string | null;
  readonly uniqueName: string | null;
  readonly signInAudience: SignInAudience;
  readonly isDisabled: boolean | null;
  readonly tags: readonly string[];
  readonly identifierUris: readonly string[];
  readonly api: {
    readonly requestedAccessTokenVersion: number | null;
    readonly [name: string]: unknown;
  };
  readonly appRoles: readonly AppRole[];
  readonly requiredResourceAccess: readonly RequiredResourceAccess[];
  readonly passwordCredentials: readonly PasswordCredential[];
  readonly keyCredentials: readonly KeyCredential[];
  readonly [name: string]: unknown;
}

export interface ServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly createdDateTime: string;
  readonly deletedDateTime: string | null;
  readonly accountEnabled: boolean;
  readonly appRoleAssignmentRequired: boolean;
  readonly appRoles: readonly AppRole[];
  readonly tags: readonly string[];
  readonly [name: string]: unknown;
}

export interface AppRoleAssignment {
  readonly id: string;
  readonly deletedDateTime: null;
  readonly appRoleId: string;
  readonly createdDateTime: string;
  readonly principalDisplayName: string;
  readonly principalId: string;
  readonly principalType: "ServicePrincipal";
  readonly resourceDisplayName: string;
  readonly resourceId: string;
}

export interface FederatedIdentityCredential {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly description: string | null;
  readonly audiences: readonly string[];
}

/** The audiences that include personal Microsoft accounts and bring their tighter limits. */
export const allowsPersonalAccounts = (audience: SignInAudience): boolean =>
  audience === "AzureADandPersonalMicrosoftAccount" || audience === "PersonalMicrosoftAccount";
