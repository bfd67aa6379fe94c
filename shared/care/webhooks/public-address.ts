import { BlockList, isIP } from "node:net";

/**
 * Addresses of the public Internet, and no others: a stranger chose the name that led here, and whatever this service can reach
 * inside (its own host, its network, Azure's metadata) must not be called in its name. From the registries of special-purpose
 * addresses of IANA (RFC 6890), with everything refused that is of no single place in the world.
 */

const V4: readonly (readonly [network: string, prefix: number])[] = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // shared by carriers; some clouds' metadata
  ["127.0.0.0", 8], // loopback
  ["168.63.129.16", 32], // Azure's own: DNS, health and the wire server, though it looks public
  ["169.254.0.0", 16], // link-local; metadata and identity endpoints
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.31.196.0", 24], // AS112
  ["192.52.193.0", 24], // automatic multicast tunnels
  ["192.88.99.0", 24], // relays of 6to4
  ["192.168.0.0", 16], // private
  ["192.175.48.0", 24], // AS112
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, broadcast
];

/** What is given out to anybody (RFC 4291). Outside of it: loopback, mapped IPv4, NAT64, unique local, link-local, multicast. */
const GLOBAL_V6 = ["2000::", 3] as const;
const V6: readonly (readonly [network: string, prefix: number])[] = [
  ["2001::", 23], // protocol assignments: Teredo, ORCHID, benchmarks
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4, which holds any IPv4 address
  ["2620:4f:8000::", 48], // AS112
  ["3fff::", 20], // documentation
];

const special = new BlockList();
for (const [network, prefix] of V4) special.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of V6) special.addSubnet(network, prefix, "ipv6");
const global = new BlockList();
global.addSubnet(...GLOBAL_V6, "ipv6");

/** Whether this is an address, and one that anybody could be asked to call. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, "ipv4");
    case 6:
      // One with a zone is of this machine's own links.
      return (
        !address.includes("%") && global.check(address, "ipv6") && !special.check(address, "ipv6")
      );
    default:
      return false;
  }
}
