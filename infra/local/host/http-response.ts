import type { ServerResponse } from "node:http";
import type { Cookie, HttpData, TypedData } from "./core-types.ts";

const SAME_SITE = { lax: "Lax", strict: "Strict", explicitNone: "None" } as const;

function toSetCookie(cookie: Cookie): string {
  const seconds = cookie.expires?.value?.seconds;
  const { sameSite } = cookie;
  return [
    `${cookie.name}=${encodeURIComponent(cookie.value ?? "")}`,
    typeof cookie.maxAge?.value === "number" && `Max-Age=${cookie.maxAge.value}`,
    cookie.domain?.value && `Domain=${cookie.domain.value}`,
    cookie.path?.value && `Path=${cookie.path.value}`,
    typeof seconds === "number" && `Expires=${new Date(seconds * 1000).toUTCString()}`,
    cookie.httpOnly?.value && "HttpOnly",
    cookie.secure?.value && "Secure",
    sameSite && sameSite !== "none" && `SameSite=${SAME_SITE[sameSite]}`,
  ]
    .filter(Boolean)
    .join("; ");
}

function toBytes(body: TypedData | null | undefined): Uint8Array | undefined {
  if (body?.bytes) return body.bytes;
  const text = body?.string ?? body?.json;
  return typeof text === "string" ? Buffer.from(text) : undefined;
}

/** A handler that returns nothing answers 204, as in Azure. */
export function sendHttpData(response: ServerResponse, data: HttpData | null | undefined): void {
  if (!data) {
    response.writeHead(204).end();
    return;
  }
  for (const [name, value] of Object.entries(data.headers ?? {})) {
    // The host frames the body itself.
    if (!/^(content-length|transfer-encoding)$/i.test(name)) response.setHeader(name, value);
  }
  for (const cookie of data.cookies ?? []) response.appendHeader("set-cookie", toSetCookie(cookie));
  response.statusCode = Number(data.statusCode ?? 200);
  const body = toBytes(data.body);
  const bodiless = [204, 205, 304].includes(response.statusCode);
  if (!bodiless) response.setHeader("content-length", body?.byteLength ?? 0);
  response.end(bodiless ? undefined : body);
}
