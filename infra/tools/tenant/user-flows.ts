import * as z from "zod";
import type { Fault } from "./fault.ts";
import { type Graph, GraphFailure } from "./graph.ts";
import type { Named } from "./snapshot.ts";

/**
 * What people themselves can write in the user flows of a B2C tenant. Source: the Microsoft Graph reference, beta,
 * b2cIdentityUserFlow and identityUserFlowAttributeAssignment; there is no v1.0 of it.
 */

const UserFlow = z.looseObject({ id: z.string(), userFlowType: z.string().nullish() });
const Assignment = z.looseObject({ userAttribute: z.looseObject({ id: z.string() }) });

export interface UserFlow {
  readonly id: string;
  /** Attributes that its pages ask people for: when they sign up, or when they edit their profile. */
  readonly asksFor: readonly string[];
}

const FLOWS = "/beta/identity/b2cUserFlows";
/** What Graph says to who may not look, or where there is nothing to look at. */
const NOT_HERE = [400, 401, 403, 404];

/** Whether customers sign in through user flows. */
export const hasUserFlows = (named: Named): boolean =>
  /[/=]B2C_1A?_/i.test(`${named["CUSTOMER_METADATA_URL"] ?? ""} ${named["TOKEN_ENDPOINT"] ?? ""}`);

/** Nothing when whoever asks may not read them. */
export async function readUserFlows(graph: Graph): Promise<readonly UserFlow[] | undefined> {
  try {
    const flows = z.array(UserFlow).parse(await graph.list(FLOWS));
    return await Promise.all(
      flows.map(async ({ id }) => {
        const path = `${FLOWS}/${encodeURIComponent(id)}/userAttributeAssignments?$expand=userAttribute`;
        const assignments = z.array(Assignment).parse(await graph.list(path));
        return { id, asksFor: assignments.map(({ userAttribute }) => userAttribute.id) };
      }),
    );
  } catch (error) {
    if (error instanceof GraphFailure && NOT_HERE.includes(error.status)) return undefined;
    throw error;
  }
}

/** In the directory a custom attribute is `extension_<client id of b2c-extensions-app>_<name>`, in tokens `extension_<name>`. */
const nameOf = (attribute: string): string =>
  attribute.replace(/^extension_(?:[\da-f]{32}_)?/i, "").toLowerCase();

/** Who may write the subscription's attribute chooses whose clients they see. */
export function checkUserFlows(flows: readonly UserFlow[], named: Named): Fault[] {
  const claim = nameOf(named["SUBSCRIPTION_CLAIM"] || "extension_subscriptionId");
  return flows
    .filter(({ asksFor }) => asksFor.some((attribute) => nameOf(attribute) === claim))
    .map(({ id }) => ({
      code: "subscription-editable",
      what: `In the user flow ${id} people write their own subscription.`,
      remedy: 'Take the attribute out of its "User attributes"; "Application claims" keeps it.',
    }));
}
