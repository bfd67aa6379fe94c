import { applicationOf, isLive } from "../applications/find-application.ts";
import type { Directory } from "../directory.ts";
import { escapeHtml, htmlPage } from "../html.ts";
import { consentState, grantConsent, revokeConsent } from "../principals/consent.ts";
import type { Arrival } from "../site.ts";
import type { ApplicationRecord } from "../state.ts";
import { htmlReply, redirectReply, type WireReply } from "../wire.ts";

/** What an administrator sees in the portal's app registrations, and its two consent buttons. */
export interface ConsentPages {
  /** @returns undefined for a path that is none of these pages */
  serve(arrival: Arrival): WireReply | undefined;
}

const PAGE = /^\/consent\/([\da-f-]{36})(?:\/(grant|revoke))?$/i;

export function openConsentPages(directory: Directory): ConsentPages {
  return {
    serve: ({ request, url }) => {
      if (url.pathname === "/" && request.method === "GET") {
        const live = directory.state.applications.all().filter(isLive);
        return htmlReply(200, htmlPage("App registrations", table(directory, live)));
      }
      const [, appId, action] = PAGE.exec(url.pathname) ?? [];
      if (appId === undefined) return undefined;
      const application = applicationOf(directory, appId.toLowerCase());
      if (!application) {
        return htmlReply(
          404,
          htmlPage("App registrations", "<p>There is no such app registration.</p>"),
        );
      }
      if (action === undefined) {
        return htmlReply(
          200,
          htmlPage(application.object.displayName, table(directory, [application])),
        );
      }
      if (request.method !== "POST" || !isSameOrigin(request.headers.origin, url)) {
        return htmlReply(
          403,
          htmlPage("App registrations", "<p>Use the buttons of this page.</p>"),
        );
      }
      if (action === "grant") grantConsent(directory, application);
      else revokeConsent(directory, application);
      return { ...redirectReply(request.headers.referer ?? `/consent/${appId}`), status: 303 };
    },
  };
}

/** Scripts send no Origin; a browser always does, and another site's page may not press the buttons. */
function isSameOrigin(origin: string | undefined, url: URL): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const { hostname, port } = new URL(origin);
  return ["localhost", "127.0.0.1"].includes(hostname) && port === url.port;
}

function table(directory: Directory, applications: readonly ApplicationRecord[]): string {
  if (applications.length === 0) return "<p>There are no app registrations yet.</p>";
  const rows = applications.map((application) => row(directory, application)).join("\n");
  return `<div class="scroll"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Client id</th><th scope="col">Account types</th><th scope="col">Secrets</th><th scope="col">Consent</th><th scope="col">Actions</th></tr></thead>
<tbody>
${rows}
</tbody>
</table></div>`;
}

function row(directory: Directory, application: ApplicationRecord): string {
  const { appId, displayName, signInAudience, passwordCredentials } = application.object;
  const state = consentState(directory, application);
  const name = escapeHtml(displayName);
  const secrets = passwordCredentials
    .map(
      ({ hint, displayName: label, endDateTime }) =>
        `<li>${escapeHtml(label ?? "unnamed")} (${escapeHtml(hint)}…, until ${escapeHtml(endDateTime.slice(0, 10))})</li>`,
    )
    .join("");
  const button = (action: string, label: string) =>
    `<form method="post" action="/consent/${appId}/${action}"><button type="submit" aria-label="${label}: ${name}">${label}</button></form>`;
  const actions =
    state === "nothing to consent to"
      ? "none"
      : button("grant", "Grant admin consent") + button("revoke", "Revoke");
  return `<tr><th scope="row"><a href="/consent/${appId}">${name}</a></th><td><code>${appId}</code></td><td>${signInAudience}</td><td>${secrets ? `<ul>${secrets}</ul>` : "none"}</td><td>${state}</td><td>${actions}</td></tr>`;
}
