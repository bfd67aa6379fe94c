/**
 * `fetch` for commands that people run: what keeps an answer from coming is a sentence with the address and the reason, where
 * `fetch` says "fetch failed".
 *
 * @param timeoutMs until the answer's head is there, in milliseconds
 * @throws Error whose message is that sentence, with what happened as its cause
 */
export async function reach(url: string, timeoutMs: number, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    throw new Error(`${new URL(url).origin} ${reasonOf(cause, timeoutMs)}`, { cause });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    "refuses the connection: nothing listens there. Is it running, and is the port right?",
  ENOTFOUND: "is not known: is the name right, and does this machine reach the network?",
  EAI_AGAIN: "could not be looked up: does this machine reach the network?",
  SELF_SIGNED_CERT_IN_CHAIN:
    "shows a certificate that this machine does not trust. Behind a proxy that inspects traffic, name its authority in NODE_EXTRA_CA_CERTS.",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "shows a certificate that this machine does not trust. Name its authority in NODE_EXTRA_CA_CERTS.",
};

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError")
    return `has not answered within ${timeoutMs / 1_000} s.`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return REASONS[code] ?? `cannot be reached${code && ` (${code})`}.`;
}
