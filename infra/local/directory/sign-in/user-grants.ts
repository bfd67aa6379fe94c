import { createHash, randomBytes } from "node:crypto";
import { jwtVerify } from "jose";
import * as z from "zod";
import type { Directory } from "../directory.ts";
import { signToken } from "../signing-key.ts";
import type { TokenRequest } from "./entra-token.ts";
import { Platform, refuseForOrigin } from "./redirect-platform.ts";
import { entraError, policyError, type TokenReply } from "./token-reply.ts";
import {
  isUserName,
  USER_TOKEN_SECONDS,
  type UserName,
  userAccessToken,
  userIdToken,
} from "./users.ts";

/** What a person agreed to by signing in; the code stands for it until it is redeemed. */
interface SignedIn {
  readonly who: UserName;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly platform: Platform;
  readonly scope: string;
  readonly codeChallenge: string | undefined;
  readonly nonce: string | undefined;
}

type Asked = Pick<TokenRequest, "form" | "pageOrigin">;

export interface UserGrants {
  /** @returns the one-time code for the redirect */
  issueCode(signedIn: SignedIn): string;
  redeemCode(request: Asked, policy: string | undefined): Promise<TokenReply>;
  refresh(request: Asked, policy: string | undefined): Promise<TokenReply>;
  /** What somebody gets who has signed in elsewhere. */
  tokensFor(who: UserName, clientId: string, scope: string): Promise<TokenReply>;
}

const CODE_LIFETIME_MS = 600_000;
const REFRESH_SECONDS = 14 * 86_400;
const REFRESH_AUDIENCE = "refresh";
const refreshClaims = z.object({
  who: z.string().refine(isUserName),
  clientId: z.string(),
  scope: z.string(),
  /** Tokens that were issued before this was kept do not say it. */
  platform: Platform.optional(),
});

/** Authorization code with PKCE, and refresh tokens, as msal-browser and msal-node use them. */
export function openUserGrants(directory: Directory): UserGrants {
  const codes = new Map<string, { readonly signedIn: SignedIn; readonly expiresMs: number }>();

  /** Refresh tokens are signed rather than remembered, so a signed-in page outlives a restart. */
  const success = async ({
    who,
    clientId,
    scope,
    platform,
    nonce,
  }: Pick<SignedIn, "who" | "clientId" | "scope"> & {
    readonly platform: Platform | undefined;
    readonly nonce?: string | undefined;
  }): Promise<TokenReply> => ({
    status: 200,
    body: {
      token_type: "Bearer",
      scope,
      expires_in: USER_TOKEN_SECONDS,
      ext_expires_in: USER_TOKEN_SECONDS,
      access_token: await userAccessToken(directory, who),
      id_token: await userIdToken(directory, who, { clientId, nonce }),
      refresh_token: await signToken(directory.keys.tenant, {
        aud: REFRESH_AUDIENCE,
        who,
        clientId,
        scope,
        ...(platform && { platform }),
        exp: Math.floor(Date.now() / 1_000) + REFRESH_SECONDS,
      }),
      refresh_token_expires_in: REFRESH_SECONDS,
      client_info: Buffer.from(
        JSON.stringify({ uid: directory.identity.users[who], utid: directory.identity.tenantId }),
      ).toString("base64url"),
    },
  });

  return {
    tokensFor: (who, clientId, scope) => success({ who, clientId, scope, platform: "native" }),
    issueCode: (signedIn) => {
      const code = randomBytes(32).toString("base64url");
      codes.set(code, { signedIn, expiresMs: Date.now() + CODE_LIFETIME_MS });
      return code;
    },
    redeemCode: async ({ form, pageOrigin }, policy) => {
      const code = form.get("code") ?? "";
      const kept = codes.get(code);
      codes.delete(code);
      const known = kept && kept.expiresMs > Date.now() ? kept.signedIn : undefined;
      if (
        !known ||
        known.clientId !== form.get("client_id") ||
        known.redirectUri !== form.get("redirect_uri")
      ) {
        return policy === undefined
          ? entraError(
              400,
              "invalid_grant",
              70008,
              "The provided authorization code is invalid, expired or was already redeemed.",
            )
          : policyError(
              "invalid_grant",
              "AADB2C90080",
              "The provided grant has expired. Please re-authenticate and try again.",
            );
      }
      // What a policy says here is recorded nowhere.
      const refused =
        policy === undefined ? refuseForOrigin(known.platform, pageOrigin) : undefined;
      if (refused) return refused;
      const challenge = createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
      if (known.codeChallenge !== challenge) {
        return policy === undefined
          ? entraError(
              400,
              "invalid_grant",
              501481,
              "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
            )
          : policyError(
              "invalid_grant",
              "AADB2C90182",
              "The supplied code_verifier does not match associated code_challenge",
            );
      }
      return success(known);
    },
    refresh: async ({ form, pageOrigin }, policy) => {
      try {
        const { payload } = await jwtVerify(
          form.get("refresh_token") ?? "",
          directory.keys.tenant.publicKey,
          {
            audience: REFRESH_AUDIENCE,
          },
        );
        const { who, clientId, scope, platform } = refreshClaims.parse(payload);
        if (isUserName(who) && clientId === form.get("client_id")) {
          const refused =
            platform && policy === undefined ? refuseForOrigin(platform, pageOrigin) : undefined;
          if (refused) return refused;
          return await success({ who, clientId, scope: form.get("scope") ?? scope, platform });
        }
      } catch {
        // Not one of ours, or expired: the same answer either way.
      }
      return policy === undefined
        ? entraError(
            400,
            "invalid_grant",
            70000,
            "The provided refresh token is invalid or has expired.",
          )
        : policyError(
            "invalid_grant",
            "AADB2C90080",
            "The provided grant has expired. Please re-authenticate and try again.",
          );
    },
  };
}
