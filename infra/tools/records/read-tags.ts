import { operationTag, subscriptionTag } from "../../../shared/adapters/directory/tags.ts";

/** The opposite of tags.ts: whose a registration is, and which operation made it. */
export function readTags(
  tags: readonly string[],
  candidates: readonly string[] = [],
): { readonly subscription: string; readonly operationId: string } | undefined {
  const operationId = restOf(tags, operationTag(""));
  const safe = restOf(tags, subscriptionTag(""));
  if (operationId === undefined || safe === undefined) return undefined;
  const subscription =
    candidates.find((name) => subscriptionTag(name) === subscriptionTag("") + safe) ??
    decoded(safe);
  return subscription === undefined ? undefined : { subscription, operationId };
}

const restOf = (tags: readonly string[], prefix: string): string | undefined =>
  tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length);

/** Undoes key-safe.ts. Nothing for what ends in a digest: that is only for checking, not for reading. */
function decoded(safe: string): string | undefined {
  if (safe.includes("__")) return undefined;
  const bytes = safe.replaceAll("%", "%25").replaceAll(/_([\da-f]{2})/g, "%$1");
  try {
    const text = decodeURIComponent(bytes);
    return subscriptionTag(text) === subscriptionTag("") + safe ? text : undefined;
  } catch {
    return undefined;
  }
}
