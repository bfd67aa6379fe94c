import type { HttpHandler, HttpResponseInit } from "@azure/functions";
import { bestEncoding, type Encoding } from "../../edge/encoding.ts";
import { isKnown } from "../../edge/validator.ts";
import { readPortalFiles, type StaticFile } from "./portal-files.ts";
import { contentSecurityPolicy, type PortalSignIn } from "./portal-policy.ts";

export interface PortalDeps {
  /** Where the build put the portal. */
  readonly folder: string;
  readonly signIn: PortalSignIn;
}

const CACHE = {
  hashed: "public, max-age=31536000, immutable",
  shared: "public, max-age=300, stale-while-revalidate=86400",
  page: "no-cache",
} as const;

const COMMON = {
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

/** The page of one request is the operators' page; what it shows is for the page to say. */
const ONE_REQUEST = /^(consents)\/[0-9a-f-]{36}$/;

/** Serves the portal page, its files, and the elements for other people's pages. */
export function portal({ folder, signIn }: PortalDeps): HttpHandler {
  const config = JSON.stringify(signIn);
  const pageHeaders = {
    "content-security-policy": contentSecurityPolicy(signIn),
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
  };
  // Any page may load the elements as modules, which asks for CORS; there is nothing private in them.
  const scriptHeaders = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
  };
  let files: Promise<ReadonlyMap<string, StaticFile>> | undefined;

  return async (request) => {
    // A route's last slash does not count in Azure, but a catch-all is given it.
    const path = (request.params["path"] ?? "").replace(/\/$/, "");
    if (path === "portal-config.json") return configuration(config);
    files ??= readPortalFiles(folder);
    const file = (await files).get(path.replace(ONE_REQUEST, "$1"));
    if (!file) return { status: 404, headers: { ...COMMON, "cache-control": "no-store" } };
    const encoding = bestEncoding(request.headers.get("accept-encoding"));
    const etag = etagOf(file, encoding);
    const headers = {
      ...COMMON,
      ...(file.kind === "page" ? pageHeaders : scriptHeaders),
      "content-type": file.type,
      "cache-control": CACHE[file.kind],
      etag,
      vary: "Accept-Encoding",
    };
    if (isKnown(request.headers.get("if-none-match"), etag)) return { status: 304, headers };
    return {
      status: 200,
      headers: { ...headers, ...(encoding !== "identity" && { "content-encoding": encoding }) },
      // The server drops it where HEAD was asked, and keeps its length.
      body: file.bytes[encoding],
    };
  };
}

/** One for each encoding: bytes that differ are no strong match (RFC 9110, 8.8.3.3). */
const etagOf = ({ etag }: StaticFile, encoding: Encoding): string =>
  encoding === "identity" ? etag : `${etag.slice(0, -1)}-${encoding}"`;

const configuration = (body: string): HttpResponseInit => ({
  status: 200,
  headers: { ...COMMON, "content-type": "application/json", "cache-control": "no-cache" },
  body,
});
