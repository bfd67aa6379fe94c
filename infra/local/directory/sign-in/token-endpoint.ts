import type { Directory } from "../directory.ts";
import { isTenant } from "../identity.ts";
import { policyClientCredentials } from "./b2c-token.ts";
import type { DeviceCodes } from "./device-codes.ts";
import { entraClientCredentials, type TokenRequest } from "./entra-token.ts";
import { entraError, policyError, type TokenReply } from "./token-reply.ts";
import type { UserGrants } from "./user-grants.ts";

const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

/** Both token endpoints: the tenant's (`policy` undefined) and a policy's. Each has errors of its own kind. */
export async function tokenReply(
  directory: Directory,
  { users, devices }: { readonly users: UserGrants; readonly devices: DeviceCodes },
  tenant: string,
  policy: string | undefined,
  request: TokenRequest,
): Promise<TokenReply> {
  if (!isTenant(directory.identity, tenant)) {
    return entraError(
      400,
      "invalid_request",
      90002,
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
    );
  }
  const grant = request.form.get("grant_type");
  switch (grant) {
    case "client_credentials":
      return policy === undefined
        ? entraClientCredentials(directory, request)
        : policyClientCredentials(directory, policy, request);
    case "authorization_code":
      return users.redeemCode(request, policy);
    case "refresh_token":
      return users.refresh(request, policy);
    // The short name is older, and what Microsoft's libraries for JavaScript send.
    case DEVICE_CODE:
    case "device_code":
      if (policy === undefined) return devices.redeem(request.form);
      return policyError(
        "unsupported_grant_type",
        "AADB2C90086",
        `The supplied grant_type [${grant}] is not supported.`,
      );
    case undefined:
    case "":
      return policy === undefined
        ? entraError(
            400,
            "invalid_request",
            900144,
            "The request body must contain the following parameter: 'grant_type'.",
          )
        : policyError(
            "invalid_request",
            "AADB2C90083",
            "The request is missing required parameter: grant_type.",
          );
    default:
      return policy === undefined
        ? entraError(
            400,
            "unsupported_grant_type",
            70003,
            `The app requested an unsupported grant type '${grant}'.`,
          )
        : policyError(
            "unsupported_grant_type",
            "AADB2C90086",
            `The supplied grant_type [${grant}] is not supported.`,
          );
  }
}
