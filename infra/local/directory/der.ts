/** The few DER encodings (ITU-T X.690) that an X.509 certificate is made of. */

export const tagged = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
};

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

export const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, ...parts);
export const set = (...parts: Buffer[]): Buffer => tagged(0x31, ...parts);
export const utf8 = (text: string): Buffer => tagged(0x0c, Buffer.from(text));
export const octets = (content: Buffer): Buffer => tagged(0x04, content);
export const bits = (content: Buffer, unused = 0): Buffer =>
  tagged(0x03, Buffer.from([unused]), content);
export const yes: Buffer = tagged(0x01, Buffer.from([0xff]));

/** A positive integer of random bytes; DER forbids padding that is not needed, so the first byte is kept in 0x40–0x7f. */
export const serialNumber = ([first = 0, ...rest]: Buffer): Buffer =>
  tagged(0x02, Buffer.from([(first & 0x3f) | 0x40, ...rest]));
export const smallInteger = (value: number): Buffer => tagged(0x02, Buffer.from([value]));

/** GeneralizedTime is valid for every year, though profiles prefer UTCTime before 2050; OpenSSL takes both. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/\D/g, "");
  return at.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(`${digits.slice(2, 14)}Z`))
    : tagged(0x18, Buffer.from(`${digits.slice(0, 14)}Z`));
}

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tagged(0x06, Buffer.from(bytes));
}
