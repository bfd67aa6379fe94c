import type { HttpHandler } from "@azure/functions";
import { preflightHeaders } from "../edge/cors.ts";
import { SECURITY_HEADERS } from "../edge/security-headers.ts";

/** Answers browsers that ask before they call (Fetch standard, CORS preflight). */
export const preflight =
  (origins: readonly string[]): HttpHandler =>
  async (request) => ({
    status: 204,
    headers: { ...SECURITY_HEADERS, ...preflightHeaders(origins, request.headers.get("origin")) },
  });
