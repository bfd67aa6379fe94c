import { createHash } from "node:crypto";

/** Short, and nobody's name: 60 bits tell subscriptions apart. */
export const shortHash = (text: string): string =>
  createHash("sha256").update(text).digest("base64url").slice(0, 10);
