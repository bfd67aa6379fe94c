import * as z from "zod";
import type { Certificate } from "../../clients/credential.ts";

const instant = z.iso.datetime({ offset: true }).transform((value) => new Date(value));

/** A key that the directory verifies the client's own assertions with, as Graph shows it. */
const KeyCredential = z
  .object({
    keyId: z.guid(),
    displayName: z.string().nullish(),
    customKeyIdentifier: z.string().nullish(),
    startDateTime: instant,
    endDateTime: instant,
    type: z.string(),
    usage: z.string(),
  })
  .transform((credential) => {
    const certificate: Certificate = {
      kind: "certificate",
      keyId: credential.keyId,
      displayName: credential.displayName ?? "",
      thumbprint: thumbprintOf(credential),
      createdAt: credential.startDateTime,
      expiresAt: credential.endDateTime,
    };
    // What signs tokens for SAML or encrypts them is no proof of anybody's identity.
    const isProof = credential.type === "AsymmetricX509Cert" && credential.usage === "Verify";
    return isProof ? [certificate] : [];
  });

/** Left out where it was not asked for. */
export const KeyCredentials = z
  .array(KeyCredential)
  .default([])
  .transform((all): readonly Certificate[] => all.flat());

const HEX = /^[0-9a-f]{40}$/i;
/** Of SHA-1, in Base64. */
const THUMBPRINT_BYTES = 20;

/**
 * In upper-case hex. It stands in `customKeyIdentifier`, which is a binary: whoever registers a certificate without it gets its 20
 * bytes there, the portal and Microsoft's own instructions write its hex, and it may be anything else.
 */
export function thumbprintOf({
  customKeyIdentifier,
}: {
  readonly customKeyIdentifier?: string | null | undefined;
}): string {
  const text = customKeyIdentifier ?? "";
  if (HEX.test(text)) return text.toUpperCase();
  const bytes = Buffer.from(text, "base64");
  return bytes.length === THUMBPRINT_BYTES ? bytes.toString("hex").toUpperCase() : "";
}
