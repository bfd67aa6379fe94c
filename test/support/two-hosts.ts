import type { Cloud } from "../../infra/local/cloud.ts";
import { type ApiCaller, openApi } from "./api.ts";

/** The same customer at each of the cloud's hosts, as a load balancer would send them around. */
export async function customerAtEachHost(
  { addresses, directory, hosts }: Cloud,
  claims: object = {},
): Promise<readonly [ApiCaller, ApiCaller]> {
  const [one, two] = await Promise.all(
    hosts.map(({ origin }) =>
      openApi({ addresses: { ...addresses, api: `${origin}/api` }, directory }),
    ),
  );
  if (!one || !two) throw new Error("The cloud has fewer than two hosts");
  const first = await one.customer(claims);
  return [first, { ...first, call: two.callWith(first.token) }];
}
