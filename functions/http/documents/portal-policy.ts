import type { SignInAdvice } from "../../../shared/settings/settings.ts";

/** How the portal signs people in; the browser is told all of it. */
export interface PortalSignIn {
  readonly customers: SignInAdvice | undefined;
  readonly operators: SignInAdvice | undefined;
}

/** Where the page may send a request: here, and where it gets its tokens. */
function tokenOrigins({ customers, operators }: PortalSignIn): string[] {
  const urls = [customers, operators].flatMap((advice) => {
    const endpoint = advice?.metadata?.["token_endpoint"];
    return advice ? [advice.authority, ...(typeof endpoint === "string" ? [endpoint] : [])] : [];
  });
  return [...new Set(urls.map((url) => new URL(url).origin))];
}

/**
 * The page's own scripts and styles and nothing else: no inline code, no eval, no frames, and a DOM that takes no text as code
 * (`lit-html` is the one policy that makes templates of constants).
 */
export const contentSecurityPolicy = (signIn: PortalSignIn): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${["'self'", ...tokenOrigins(signIn)].join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types lit-html",
  ].join("; ");
