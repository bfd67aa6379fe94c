import { aPem } from "../../support/certificates.ts";
import type { Wish } from "./wish.ts";

const made = new Map<string, string>();

/** PEM of the certificate that a wish brings: another one for each, and the same however often it is asked for. */
export function certificateFor({ key }: Pick<Wish, "key">): string {
  const pem = made.get(key) ?? aPem();
  made.set(key, pem);
  return pem;
}
