import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import { msOfDuration } from "../../base/iso-duration.ts";
import type { Answer } from "../../clients/ports.ts";
import { json } from "./json.ts";
import { type SendDeps, send } from "./send.ts";

interface Options extends SendDeps {
  readonly client: Client;
}

const Restriction = z.object({
  restrictionType: z.string(),
  state: z.string().nullish(),
  maxLifetime: z.string().nullish(),
});
const Restrictions = z.object({
  passwordCredentials: z.array(Restriction).nullish(),
  keyCredentials: z.array(Restriction).nullish(),
});
const Policy = z
  .object({
    applicationRestrictions: Restrictions.nullish(),
    restrictions: Restrictions.nullish(),
  })
  .transform((policy) => policy.applicationRestrictions ?? policy.restrictions ?? {});

const TENANTS_OWN = "00000000-0000-0000-0000-000000000000";
const DAY_MS = 86_400_000;
/** The caller has been refused already: what would only say more is not waited for long. */
const LOOK_MS = 2_000;

/**
 * Says of a credential that was refused for its lifetime how long one may be: Graph names the policy, and not its limit. One more
 * read, of a refusal alone. It wants `Policy.Read.All`, which the backend need not have: without it the refusal stays as it is.
 */
export async function withLongest<T>(
  options: Options,
  type: "passwordLifetime" | "asymmetricKeyLifetime",
  answer: Answer<T>,
): Promise<Answer<T>> {
  if (answer.kind !== "refused" || answer.refusal.reason !== "forbidden-by-policy") return answer;
  const { policy, policyId } = answer.refusal;
  if (policy !== "lifetime" || policyId === undefined) return answer;
  const path =
    policyId === TENANTS_OWN
      ? "/policies/defaultAppManagementPolicy"
      : `/policies/appManagementPolicies/${policyId}`;
  const budgetMs = Math.min(options.budgetMs, LOOK_MS);
  const read = await send({ ...options, budgetMs }, { repeatable: true, answer: Policy }, () =>
    json(options.client, path).get(),
  );
  if (read.kind !== "done") return answer;
  const { passwordCredentials, keyCredentials } = read.value;
  const rule = [...(passwordCredentials ?? []), ...(keyCredentials ?? [])].find(
    ({ restrictionType, state }) => restrictionType === type && state !== "disabled",
  );
  const longest = msOfDuration(rule?.maxLifetime ?? "");
  if (longest === undefined) return answer;
  return {
    kind: "refused",
    refusal: { ...answer.refusal, longestDays: Math.floor(longest / DAY_MS) },
  };
}
