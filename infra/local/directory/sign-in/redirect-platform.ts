import * as z from "zod";
import { entraError, type TokenReply } from "./token-reply.ts";

/** What a code was sent to: a page (platform "Single-page application"), or a program on this machine ("Mobile and desktop"). */
export const Platform = z.enum(["spa", "native"]);
export type Platform = z.infer<typeof Platform>;

const Registered = z.looseObject({
  publicClient: z.looseObject({ redirectUris: z.array(z.string()) }),
});

/**
 * A redirect URI is of the platform that it is registered for; of one on this machine the port does not count (RFC 8252, 7.3). Every
 * page of this machine passes for one that is registered, because nobody knows the portal's port before it starts.
 *
 * @param application as Graph shows it
 */
export function platformOf(application: unknown, redirectUri: string): Platform {
  const programs = Registered.safeParse(application).data?.publicClient.redirectUris ?? [];
  return programs.map(withoutPort).includes(withoutPort(redirectUri)) ? "native" : "spa";
}

/** As text: `http://localhost:5173/` is not what is registered as `http://localhost`. */
const withoutPort = (uri: string): string =>
  uri.replace(/^(https?:\/\/(?:localhost|127\.0\.0\.1)):\d+(?=\/|$)/, "$1");

/**
 * Entra's token endpoint gives what was meant for a page to pages only, and what was not to none: it tells them by the `Origin` that a
 * browser sends. Both sentences are in many reports (microsoft-authentication-library-for-js#2482, umi-request#299, oauth2c#109).
 *
 * @param origin the request's `Origin`
 */
export function refuseForOrigin(
  platform: Platform,
  origin: string | undefined,
): TokenReply | undefined {
  if (platform === "spa" && origin === undefined)
    return entraError(
      400,
      "invalid_request",
      9002327,
      "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
    );
  if (platform === "native" && origin !== undefined)
    return entraError(
      400,
      "invalid_request",
      9002326,
      `Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '${origin}'.`,
    );
  return undefined;
}
