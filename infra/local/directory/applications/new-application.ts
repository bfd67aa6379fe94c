import { randomUUID } from "node:crypto";
import type { Application } from "../graph-types.ts";
import type { ApplicationInput } from "./application-input.ts";
import { mergeInput } from "./application-merge.ts";

/** Ids that seeding fixes and everybody else leaves to the directory. */
export interface NewApplicationIds {
  readonly id?: string;
  readonly appId?: string;
}

/** A fresh registration in the shape of the Graph reference's own sample answer. */
export function newApplication(
  input: ApplicationInput,
  options: {
    readonly tenantName: string;
    readonly createdByAppId: string | null;
    readonly at: Date;
    readonly ids?: NewApplicationIds;
  },
): Application {
  const signInAudience = input.signInAudience ?? "AzureADandPersonalMicrosoftAccount";
  const blank: Application = {
    id: options.ids?.id ?? randomUUID(),
    deletedDateTime: null,
    appId: options.ids?.appId ?? randomUUID(),
    applicationTemplateId: null,
    authenticationBehaviors: null,
    createdByAppId: options.createdByAppId,
    createdDateTime: options.at.toISOString(),
    defaultRedirectUri: null,
    description: null,
    disabledByMicrosoftStatus: null,
    displayName: "",
    groupMembershipClaims: null,
    identifierUris: [],
    isDeviceOnlyAuthSupported: null,
    isDisabled: null,
    isFallbackPublicClient: null,
    nativeAuthenticationApisEnabled: null,
    notes: null,
    optionalClaims: null,
    publisherDomain: `${options.tenantName}.onmicrosoft.com`,
    samlMetadataUrl: null,
    serviceManagementReference: null,
    servicePrincipalLockConfiguration: null,
    signInAudience,
    tags: [],
    tokenEncryptionKeyId: null,
    uniqueName: null,
    verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null },
    addIns: [],
    api: {
      acceptMappedClaims: null,
      knownClientApplications: [],
      oauth2PermissionScopes: [],
      preAuthorizedApplications: [],
      requestedAccessTokenVersion: signInAudience === "AzureADMyOrg" ? null : 2,
    },
    appRoles: [],
    info: {
      logoUrl: null,
      marketingUrl: null,
      privacyStatementUrl: null,
      supportUrl: null,
      termsOfServiceUrl: null,
    },
    keyCredentials: [],
    parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: "Allow" },
    passwordCredentials: [],
    publicClient: { redirectUris: [] },
    requiredResourceAccess: [],
    spa: { redirectUris: [] },
    web: {
      homePageUrl: null,
      logoutUrl: null,
      redirectUris: [],
      implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
    },
  };
  return mergeInput(blank, input);
}
