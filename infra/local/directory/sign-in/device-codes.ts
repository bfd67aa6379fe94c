import { randomBytes, randomInt } from "node:crypto";
import { applicationOf } from "../applications/find-application.ts";
import type { Directory } from "../directory.ts";
import type { TokenForm } from "./token-form.ts";
import { entraError, type TokenReply } from "./token-reply.ts";
import type { UserGrants } from "./user-grants.ts";
import type { UserName } from "./users.ts";

/** A person's sign-in on another device than the one that gets the tokens: the tenant's, for B2C's policies have none. */
export interface DeviceCodes {
  /** `POST /{tenant}/oauth2/v2.0/devicecode` */
  issue(form: TokenForm, verificationUri: string): TokenReply;
  /** The name of the application that waits behind the code that a person typed. */
  waiting(userCode: string): string | undefined;
  /** What the person decided: who they are, or that they did not start this. */
  decide(userCode: string, who: UserName | "declined"): void;
  redeem(form: TokenForm): Promise<TokenReply>;
}

const LIFETIME_SECONDS = 900;
const INTERVAL_SECONDS = 5;
/** Without what is mistaken for another. */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789";
const USER_CODE_LENGTH = 9;

interface Waiting {
  readonly userCode: string;
  readonly clientId: string;
  readonly scope: string;
  readonly expiresMs: number;
  decided?: UserName | "declined";
}

export function openDeviceCodes(
  directory: Directory,
  users: Pick<UserGrants, "tokensFor">,
): DeviceCodes {
  const codes = new Map<string, Waiting>();
  const undecided = (typed: string): Waiting | undefined => {
    const userCode = typed.trim().toUpperCase();
    return [...codes.values()].find(
      (one) => one.userCode === userCode && one.expiresMs > Date.now() && !one.decided,
    );
  };
  const appOf = (clientId: string) => applicationOf(directory, clientId)?.object;

  return {
    issue: (form, verificationUri) => {
      const [clientId, scope] = [form.get("client_id"), form.get("scope")];
      if (!clientId || !scope) {
        const name = clientId ? "scope" : "client_id";
        const text = `The request body must contain the following parameter: '${name}'.`;
        return entraError(400, "invalid_request", 900144, text);
      }
      if (!appOf(clientId)) {
        const text = `Application with identifier '${clientId}' was not found in the directory 'Latchkey local tenant'.`;
        return entraError(400, "unauthorized_client", 700016, text);
      }
      const device_code = randomBytes(48).toString("base64url");
      const user_code = Array.from(
        { length: USER_CODE_LENGTH },
        () => LETTERS[randomInt(LETTERS.length)],
      ).join("");
      const expiresMs = Date.now() + LIFETIME_SECONDS * 1_000;
      codes.set(device_code, { userCode: user_code, clientId, scope, expiresMs });
      return {
        status: 200,
        body: {
          user_code,
          device_code,
          verification_uri: verificationUri,
          expires_in: LIFETIME_SECONDS,
          interval: INTERVAL_SECONDS,
          message: `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${user_code} to authenticate.`,
        },
      };
    },
    waiting: (userCode) => {
      const found = undecided(userCode);
      return found && appOf(found.clientId)?.displayName;
    },
    decide: (userCode, who) => {
      const found = undecided(userCode);
      if (found) found.decided = who;
    },
    redeem: async (form) => {
      const code = form.get("device_code") ?? "";
      const found = codes.get(code);
      if (!found || found.clientId !== form.get("client_id")) {
        const text = "Invalid verification code. The device code is not one of this tenant's.";
        return entraError(400, "bad_verification_code", 70018, text);
      }
      if (found.expiresMs <= Date.now()) {
        const text =
          "The provided value for the input parameter 'device_code' is not valid. This device code has expired.";
        return entraError(400, "expired_token", 70020, text);
      }
      // Only a registration with "Allow public client flows" gets tokens without a credential.
      if (appOf(found.clientId)?.["isFallbackPublicClient"] !== true) {
        const text =
          "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        return entraError(401, "invalid_client", 7000218, text);
      }
      switch (found.decided) {
        case undefined:
          return entraError(
            400,
            "authorization_pending",
            70016,
            "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
          );
        case "declined":
          return entraError(
            400,
            "authorization_declined",
            65004,
            "User declined to consent to access the app.",
          );
        default:
          codes.delete(code);
          return users.tokensFor(found.decided, found.clientId, found.scope);
      }
    },
  };
}
