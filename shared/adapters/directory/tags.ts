import type { Lead } from "../../clients/ports.ts";
import { keySafe } from "../key-safe.ts";

/**
 * Tags on every app registration this service makes: the directory alone can rebuild the records. Tags may hold no white
 * space and 256 characters at most.
 */
export const TAG = "latchkey";
export const operationTag = (operationId: string): string => `latchkey:operation:${operationId}`;
export const subscriptionTag = (subscription: string): string =>
  `latchkey:subscription:${keySafe(subscription)}`;

/** What `key-safe.ts` writes, and nothing else: tags can be written by others too. */
const KEY = /^[A-Za-z0-9.@_-]{1,200}$/;

/** Where an application's tags say that its record is; nothing for one that is not ours. */
export function leadOf(clientId: string, tags: readonly string[]): Lead | undefined {
  const prefix = subscriptionTag("");
  const key = tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length);
  return key !== undefined && KEY.test(key) ? { clientId, subscriptionKey: key } : undefined;
}
