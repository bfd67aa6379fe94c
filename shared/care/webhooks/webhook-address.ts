import { isIP } from "node:net";
import { isPublicAddress } from "./public-address.ts";

/** Where a webhook may be. */
export interface AddressRules {
  /** Ports that may be called besides 443. */
  readonly ports: readonly number[];
  /** Origins that are called as they are, guarded by nothing: the local cloud's inbox, and never anything in Azure. */
  readonly unguarded: readonly string[];
}

const MAX_LENGTH = 2_048;
/** Names that are of one machine or one network by definition (RFC 6761, 6762, 7686, 8375, ICANN's `internal`). */
const OWN_NAMES =
  /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|onion|in-addr\.arpa|ip6\.arpa)$/;

/** The address of a host in a URL: an IPv6 one stands in brackets there. Nothing: it is a name. */
export function literalAddress({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(bare) ? bare : undefined;
}

export const isUnguarded = (url: URL, { unguarded }: AddressRules): boolean =>
  unguarded.includes(url.origin);

/**
 * What is wrong with an address as far as it can be told without asking for its name; what the name leads to is checked with
 * each call, at the connection. The URL standard has turned decimal, octal and hexadecimal hosts into plain ones by then.
 *
 * @returns what to change, or nothing
 */
export function unfitAddress(text: string, rules: AddressRules): string | undefined {
  if (text.length > MAX_LENGTH) return `must have at most ${MAX_LENGTH} characters`;
  if (!URL.canParse(text)) return "must be an https URL";
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return "must hold no user name or password";
  if (url.hash !== "") return "must have no fragment";
  if (isUnguarded(url, rules)) return undefined;
  if (url.protocol !== "https:") return "must be an https URL";
  if (url.port !== "" && !rules.ports.includes(Number(url.port)))
    return `must be at port ${["443", ...rules.ports].join(" or ")}`;
  const address = literalAddress(url);
  if (address !== undefined)
    return isPublicAddress(address) ? undefined : "must be at a public address";
  const name = url.hostname.replace(/\.$/, "");
  if (!name.includes(".") || OWN_NAMES.test(name)) return "must be at a public name";
  return undefined;
}
