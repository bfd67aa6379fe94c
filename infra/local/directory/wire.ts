import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { escapeHtml, htmlPage } from "./html.ts";

/** An answer about to leave: for every kind of endpoint the same. */
export interface WireReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The connection breaks after so many characters of the body. */
  readonly cutAfter?: number;
}

export const jsonReply = (
  status: number,
  body: object | undefined,
  headers: Readonly<Record<string, string>> = {},
): WireReply =>
  body === undefined
    ? { status, headers }
    : {
        status,
        headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
        body: JSON.stringify(body),
      };

export const htmlReply = (status: number, body: string): WireReply => ({
  status,
  headers: {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
  },
  body,
});

const SUBMIT = "document.forms[0].submit()";
const SUBMIT_HASH = createHash("sha256").update(SUBMIT).digest("base64");

/** OAuth 2.0 Form Post Response Mode: a page that sends itself on; where scripts do not run, it is a button. */
export function formReply(target: string, fields: URLSearchParams): WireReply {
  const inputs = [...fields].map(
    ([name, value]) =>
      `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const form = `<form method="post" action="${escapeHtml(target)}">
${inputs.join("\n")}
<button type="submit">Continue</button>
</form>
<script>${SUBMIT}</script>`;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${SUBMIT_HASH}'`;
  const { headers, ...reply } = htmlReply(200, htmlPage("Working…", form));
  return { ...reply, headers: { ...headers, "Content-Security-Policy": policy } };
}

export const redirectReply = (location: string): WireReply => ({
  status: 302,
  headers: { Location: location, "Cache-Control": "no-store" },
});

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
