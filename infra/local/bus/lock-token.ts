/**
 * A lock token is a GUID. As a delivery tag its first three groups travel in .NET's little-endian order, in management
 * requests all of it in the order in which it is written (service-bus `reorderLockToken`).
 */
const DOTNET_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

export function uuidBytes(token: string): Buffer {
  return Buffer.from(token.replaceAll("-", ""), "hex");
}

export function uuidText(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    .join("-")
    .toLowerCase();
}

export function deliveryTag(token: string): Buffer {
  return swapped(uuidBytes(token));
}

export function tokenOfTag(tag: Buffer): string {
  return uuidText(swapped(tag));
}

/** Its own inverse. */
function swapped(bytes: Buffer): Buffer {
  return Buffer.from(DOTNET_ORDER.map((at) => bytes[at] ?? 0));
}
