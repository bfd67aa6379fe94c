import type { IncomingMessage } from "node:http";

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

export const redirectReply = (location: string): WireReply => ({
  status: 302,
  headers: { Location: location, "Cache-Control": "no-store" },
});

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
