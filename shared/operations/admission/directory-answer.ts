import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { Answer, DirectoryRefusal } from "../../clients/ports.ts";
import type { RefusedByDirectory } from "../../clients/reasons.ts";

/** An answer of the directory that does not say "done" and is not a refusal: the caller has to come again. */
export function unavailable(
  answer: Extract<Answer<unknown>, { kind: "not-now" | "unknown" }>,
): RemoteUnavailable {
  const { retryAfterSeconds } = answer;
  return answer.kind === "not-now"
    ? new RemoteUnavailable("directory", {
        executed: "no",
        retryAfterSeconds,
        throttled: answer.throttled,
      })
    : new RemoteUnavailable("directory", { executed: "unknown", retryAfterSeconds });
}

/** What a caller is told of a refusal that no operation has a word of its own for. */
export function toldOf(refusal: DirectoryRefusal): RefusedByDirectory {
  switch (refusal.reason) {
    case "name-not-allowed":
    case "directory-full":
    case "forbidden-by-policy":
      return { reason: refusal.reason };
    case "not-ours":
      return { reason: "client-not-managed" };
    case "absent":
    case "secret-absent":
    case "federated-absent":
    case "federated-unfit":
    case "secrets-full":
    case "certificate-absent":
    case "certificate-held":
    case "certificates-full":
    case "refused":
      note(`directory-refused:${"code" in refusal ? refusal.code : refusal.reason}`);
      return { reason: "directory-refused" };
  }
}
