import type { Cloud } from "../../infra/local/cloud.ts";
import type { HostHandle } from "../../infra/local/host/spawn.ts";
import { type ApiCaller, openApi } from "./api.ts";

/** The cloud as whoever calls this one of its hosts sees it. */
export const atHost = <C extends Pick<Cloud, "addresses">>(
  cloud: C,
  { origin }: Pick<HostHandle, "origin">,
): C => ({ ...cloud, addresses: { ...cloud.addresses, api: `${origin}/api` } });

/** The same customer at each of the cloud's hosts, as a load balancer would send them around. */
export async function customerAtEachHost(
  cloud: Cloud,
  claims: object = {},
): Promise<readonly [ApiCaller, ApiCaller]> {
  const [one, two] = await Promise.all(cloud.hosts.map((host) => openApi(atHost(cloud, host))));
  if (!one || !two) throw new Error("The cloud has fewer than two hosts");
  const first = await one.customer(claims);
  return [first, { ...first, call: two.callWith(first.token) }];
}
