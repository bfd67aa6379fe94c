/** What a certificate's key may be used for, as far as anybody here asks. */
export interface KeyUsage {
  readonly digitalSignature: boolean;
}

/** A part of DER (X.690): its tag, its content, and where the next one begins. */
interface Part {
  readonly tag: number;
  readonly content: Buffer;
  readonly end: number;
}

const SEQUENCE = 0x30;
/** `[3] EXPLICIT`: the extensions of a TBSCertificate (RFC 5280, 4.1). */
const EXTENSIONS = 0xa3;
const OBJECT_ID = 0x06;
const OCTET_STRING = 0x04;
const BIT_STRING = 0x03;
/** 2.5.29.15 */
const KEY_USAGE = Buffer.from([0x55, 0x1d, 0x0f]);
/** Bit 0, after the byte that tells how many bits are not used. */
const DIGITAL_SIGNATURE = 0x80;

/**
 * The key usage extension (RFC 5280, 4.2.1.3), which Node's `X509Certificate` does not show: its `keyUsage` is the extended one.
 * Nothing: the certificate says nothing of it, and its key may be used for anything.
 *
 * @param der of a certificate that has been parsed, so that its lengths are right
 */
export function keyUsageOf(der: Buffer): KeyUsage | undefined {
  const [certificate] = partsOf(der);
  const [toBeSigned] = partsOf(certificate?.content);
  const extensions = partsOf(toBeSigned?.content).find(({ tag }) => tag === EXTENSIONS);
  const [list] = partsOf(extensions?.content);
  for (const { tag, content } of partsOf(list?.content)) {
    const parts = tag === SEQUENCE ? partsOf(content) : [];
    const id = parts.find((part) => part.tag === OBJECT_ID);
    if (!id?.content.equals(KEY_USAGE)) continue;
    const [bits] = partsOf(parts.find((part) => part.tag === OCTET_STRING)?.content);
    if (bits?.tag !== BIT_STRING) return undefined;
    return { digitalSignature: ((bits.content[1] ?? 0) & DIGITAL_SIGNATURE) !== 0 };
  }
  return undefined;
}

function partsOf(der: Buffer | undefined): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; der && at + 2 <= der.length; ) {
    const part = partAt(der, at);
    if (!part) break;
    parts.push(part);
    at = part.end;
  }
  return parts;
}

const LONG_FORM = 0x80;
const MOST_LENGTH_BYTES = 4;

function partAt(der: Buffer, at: number): Part | undefined {
  const [tag, first] = [der[at], der[at + 1]];
  if (tag === undefined || first === undefined) return undefined;
  const bytes = first < LONG_FORM ? 0 : first - LONG_FORM;
  const start = at + 2 + bytes;
  if (bytes > MOST_LENGTH_BYTES || start > der.length) return undefined;
  const length = bytes === 0 ? first : der.readUIntBE(at + 2, bytes);
  const end = start + length;
  return first === LONG_FORM || end > der.length
    ? undefined
    : { tag, content: der.subarray(start, end), end };
}
