import { keySafe } from "../key-safe.ts";

/**
 * Tags on every app registration this service makes: the directory alone can rebuild the records. Tags may hold no white
 * space and 256 characters at most.
 */
export const TAG = "latchkey";
export const operationTag = (operationId: string): string => `latchkey:operation:${operationId}`;
export const subscriptionTag = (subscription: string): string =>
  `latchkey:subscription:${keySafe(subscription)}`;
