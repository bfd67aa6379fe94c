import { applicationOf } from "../applications/find-application.ts";
import type { Directory } from "../directory.ts";
import type { Arrival } from "../site.ts";
import { formReply, htmlReply, redirectReply, type WireReply } from "../wire.ts";
import { platformOf } from "./redirect-platform.ts";
import { signInPage } from "./sign-in-page.ts";
import type { UserGrants } from "./user-grants.ts";
import { isUserName, type UserName } from "./users.ts";

/** The authorization endpoint: a page on which one picks a person, and the redirect that follows. */
export interface SignIn {
  authorize(arrival: Arrival, policy: string | undefined): WireReply;
  logout(arrival: Arrival): WireReply;
  /** Who can sign in at a policy, or at the tenant. */
  people(policy: string | undefined): UserName[];
}

/** `login` is set by the page's own buttons; everything else is the client's request, carried through. */
const PICKED = "login";

export function openSignIn(directory: Directory, users: UserGrants): SignIn {
  const { identity } = directory;
  const clients = new Set([identity.portal.appId, identity.operator.appId]);

  /** Policies sign in customers, the tenant its operators; in the External ID flavour the tenant signs in everybody. */
  const people = (policy: string | undefined): UserName[] => {
    if (policy !== undefined) return ["ann", "bob"];
    return directory.flavour === "entra" ? ["ann", "bob", "olga"] : ["olga"];
  };

  const redirectWithCode = (query: URLSearchParams, who: UserName): WireReply => {
    const clientId = query.get("client_id") ?? "";
    const redirectUri = query.get("redirect_uri") ?? "";
    const code = users.issueCode({
      who,
      clientId,
      redirectUri,
      platform: platformOf(applicationOf(directory, clientId)?.object, redirectUri),
      scope: query.get("scope") ?? "openid",
      codeChallenge: query.get("code_challenge") ?? undefined,
      nonce: query.get("nonce") ?? undefined,
    });
    return replyTo(query, { code });
  };

  return {
    people,
    authorize: ({ request, url, body }, policy) => {
      const query =
        request.method === "POST" ? new URLSearchParams(body.toString("utf8")) : url.searchParams;
      const problem = problemOf(query, clients);
      if (problem) return htmlReply(400, signInPage({ problem, people: [], query, action: "" }));
      const who = query.get(PICKED) ?? "";
      const offered = people(policy);
      if (isUserName(who) && offered.includes(who)) return redirectWithCode(query, who);
      if (query.get("prompt") === "none") {
        return replyTo(query, {
          error: "login_required",
          error_description:
            "User does not have an existing session and request prompt parameter has a value of 'none'.",
        });
      }
      return htmlReply(200, signInPage({ people: offered, query, action: url.pathname }));
    },
    logout: ({ url }) => {
      const target = url.searchParams.get("post_logout_redirect_uri");
      const state = url.searchParams.get("state");
      if (!target || !isRedirectTarget(target)) {
        return htmlReply(
          200,
          signInPage({
            problem: "You are signed out.",
            people: [],
            query: new URLSearchParams(),
            action: "",
          }),
        );
      }
      const next = new URL(target);
      if (state) next.searchParams.set("state", state);
      return redirectReply(next.href);
    },
  };
}

/** Any port of this machine may be redirected to: the portal's is not known before it starts. */
function isRedirectTarget(text: string): boolean {
  if (!URL.canParse(text)) return false;
  return ["localhost", "127.0.0.1"].includes(new URL(text).hostname);
}

function problemOf(query: URLSearchParams, clients: ReadonlySet<string>): string | undefined {
  if (!clients.has(query.get("client_id") ?? "")) return "The client_id is not registered here.";
  if (!isRedirectTarget(query.get("redirect_uri") ?? "")) {
    return "The redirect_uri must be on localhost or 127.0.0.1.";
  }
  if (query.get("response_type") !== "code")
    return "Only the authorization code flow is supported.";
  if (query.get("code_challenge_method") !== "S256" || !query.get("code_challenge")) {
    return "The supplied request must present a code_challenge (S256).";
  }
  return undefined;
}

function replyTo(query: URLSearchParams, answer: Record<string, string>): WireReply {
  const target = new URL(query.get("redirect_uri") ?? "");
  const fields = new URLSearchParams(answer);
  const state = query.get("state");
  if (state !== null) fields.set("state", state);
  const mode = query.get("response_mode");
  if (mode === "form_post") return formReply(target.href, fields);
  if (mode === "fragment") target.hash = fields.toString();
  else for (const [name, value] of fields) target.searchParams.set(name, value);
  return redirectReply(target.href);
}
