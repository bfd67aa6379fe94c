import type { FaultMachine } from "./fault-machine.ts";
import { entraError } from "./sign-in/token-reply.ts";
import { htmlReply, jsonReply, type WireReply } from "./wire.ts";

/** What becomes of one request: an answer, a cut connection, or nothing ever. */
export type Outcome = WireReply | "cut" | "silence";

const PAGE = "<!doctype html><title>Sign in</title><p>Sign in to the network to go on.</p>";

/** What the token endpoint says instead of a token; nothing when it is well. */
export function tokenFault(faults: FaultMachine): Outcome | undefined {
  switch (faults.current.tokenEndpoint) {
    case "unavailable": {
      const { status, body } = entraError(
        503,
        "temporarily_unavailable",
        90033,
        "A transient error has occurred. Please try again.",
      );
      return jsonReply(status, body);
    }
    case "throttled": {
      // What Entra answers to client credentials that are asked for too often (Microsoft Learn, MSAL, "Server throttling").
      const { body } = entraError(
        429,
        "temporarily_unavailable",
        90055,
        "The number of requests for your tenant exceeds the throttling limits.",
      );
      return jsonReply(429, body, { "Retry-After": "60" });
    }
    case "silent":
      return "silence";
    case "html":
      return htmlReply(200, PAGE);
    case undefined:
      return undefined;
  }
}

/** A good answer of Graph as it arrives when the fault `mangled` hits it. */
export function mangled(reply: WireReply, faults: FaultMachine): WireReply {
  if (reply.status >= 300) return reply;
  const how = faults.mangles();
  const body = reply.body ?? "{}";
  const half = Math.floor(body.length / 2);
  // What is answered with 204 has no body to break: it becomes a 200 that has a broken one.
  const status = reply.status === 204 ? 200 : reply.status;
  const headers = { "Content-Type": "application/json", ...reply.headers };
  switch (how) {
    case "cut":
      return { status, headers, body, cutAfter: half };
    case "truncated":
      return { status, headers, body: body.slice(0, half) };
    case "empty":
      return { status, headers, body: "" };
    case "html":
      return htmlReply(200, PAGE);
    case "shape":
      return jsonReply(status, { unexpected: true });
    case undefined:
      return reply;
  }
}
