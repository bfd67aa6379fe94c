import type { HttpHandler } from "@azure/functions";
import { withDeadline } from "../../../shared/base/deadline.ts";
import { done } from "../../../shared/base/outcome.ts";
import type { Runtime } from "../../../shared/base/runtime.ts";
import type { WatchRecords } from "../../../shared/care/ports.ts";
import type { UnsubscribeTokens } from "../../../shared/care/unsubscribe.ts";
import { respond } from "../../edge/serve.ts";
import { type Look, lookOf, PAGE_HEADERS, page, pagePolicy } from "../documents/plain-page.ts";

export interface UnsubscribeDeps {
  readonly watches: Pick<WatchRecords, "silence">;
  readonly runtime: Pick<Runtime, "now">;
  /** Nothing where no letters are sent. */
  readonly tokens: UnsubscribeTokens | undefined;
  /** Where the build put the portal, whose look the page has. */
  readonly folder: string;
  /** The longest that it may take, in milliseconds. */
  readonly requestMs: number;
}

/**
 * Where the addresses in letters lead (RFC 8058). A mail program posts to it without anybody's sign-in, and that ends the mail; a
 * person who follows the link is asked first, because programs that look at mail follow links too.
 */
export function unsubscribe(deps: UnsubscribeDeps): HttpHandler {
  let look: Promise<Look> | undefined;
  return respond({ corsOrigins: [] }, "unsubscribe", async (request) => {
    look ??= lookOf(deps.folder);
    const shown = (status: number, title: string, content: string) => async (loaded: Look) =>
      done({
        status,
        headers: {
          ...PAGE_HEADERS,
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": pagePolicy("'self'"),
        },
        text: page(loaded, title, content),
      });
    const whom = deps.tokens?.read(request.query.get("t") ?? "");
    if (!whom) return shown(404, "Not known", NOT_KNOWN)(await look);
    if (request.method !== "POST") return shown(200, "No more mail?", ASKS)(await look);
    await withDeadline(deps.requestMs, () =>
      deps.watches.silence(whom.subscription, whom.person, deps.runtime.now()),
    );
    return shown(200, "No more mail", ENDED)(await look);
  });
}

/** The form has no action: it is posted to the address that the page has. */
const ASKS = `<h2>No more mail about secrets that end?</h2>
<p>You get mail before a secret of your company's clients ends. If you stop it, nobody else's mail changes.</p>
<form method="post">
<input type="hidden" name="List-Unsubscribe" value="One-Click">
<button type="submit">No more mail to me</button>
</form>`;
const ENDED = `<h2>You get no more mail</h2>
<p>No letter about a secret comes to you any more. You can watch clients again in <a href="/">the portal</a>.</p>`;
const NOT_KNOWN = `<h2>This address is not known</h2>
<p>It may have been cut off on its way. Follow the whole link from the letter, or end the mail in <a href="/">the portal</a>.</p>`;
