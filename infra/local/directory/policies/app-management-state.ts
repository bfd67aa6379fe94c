import * as z from "zod";
import { msOfDuration } from "../../../../shared/base/iso-duration.ts";
import type { Directory } from "../directory.ts";

/** The app management policies of the tenant, as Graph shapes them, and where they are kept. */

const restriction = <Type extends string>(types: readonly [Type, ...Type[]]) =>
  z
    .strictObject({
      restrictionType: z.enum(types),
      state: z.enum(["enabled", "disabled"]).default("enabled"),
      maxLifetime: z
        .string()
        .refine((text) => (msOfDuration(text) ?? 0) > 0)
        .nullable()
        .default(null),
      restrictForAppsCreatedAfterDateTime: z.iso
        .datetime({ offset: true })
        .nullable()
        .default(null),
    })
    .refine(
      ({ restrictionType, maxLifetime }) =>
        !restrictionType.endsWith("Lifetime") || maxLifetime !== null,
      { path: ["maxLifetime"] },
    );

const onceEach = (list: readonly { readonly restrictionType: string }[]) =>
  new Set(list.map(({ restrictionType }) => restrictionType)).size === list.length;

/**
 * `trustedCertificateAuthority` and exempted actors (`excludeActors`) are not known here, and so refused: what Graph says to a
 * certificate of another authority is recorded nowhere.
 */
export const restrictionsInput = z.strictObject({
  passwordCredentials: z
    .array(
      restriction([
        "passwordAddition",
        "passwordLifetime",
        "customPasswordAddition",
        "symmetricKeyAddition",
        "symmetricKeyLifetime",
      ]),
    )
    .refine(onceEach)
    .default([]),
  keyCredentials: z
    .array(restriction(["asymmetricKeyLifetime"]))
    .refine(onceEach)
    .default([]),
});
type Restrictions = z.infer<typeof restrictionsInput>;
export type Restriction =
  | Restrictions["passwordCredentials"][number]
  | Restrictions["keyCredentials"][number];

export interface AppManagementPolicy {
  readonly id: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly isEnabled: boolean;
  readonly restrictions: Restrictions;
}

export interface AppManagement {
  /** Of every application that has none of its own. */
  readonly tenant: AppManagementPolicy;
  readonly own: readonly AppManagementPolicy[];
  /** Object id of an application → the policy of its own. */
  readonly assigned: Readonly<Record<string, string>>;
}

/** Source: the Graph reference, "Get tenantAppManagementPolicy": it is always there, and off. */
const BLANK: AppManagement = {
  tenant: {
    id: "00000000-0000-0000-0000-000000000000",
    displayName: "Default app management tenant policy",
    description:
      "Default tenant policy that enforces app management restrictions on applications and service principals. To apply policy to targeted resources, create a new policy under appManagementPolicies collection.",
    isEnabled: false,
    restrictions: { passwordCredentials: [], keyCredentials: [] },
  },
  own: [],
  assigned: {},
};

const KEY = "appManagementPolicies";

export const appManagementOf = ({ state }: Directory): AppManagement =>
  // Written by `keepAppManagement` only, in this process or in one before it.
  (state.single.get(KEY) as AppManagement | undefined) ?? BLANK;

export const keepAppManagement = ({ state }: Directory, management: AppManagement): void =>
  state.single.put(KEY, management);

const OFF: AppManagementPolicy["restrictions"] = BLANK.tenant.restrictions;

/**
 * The one that rules an application: its own, of which it alone then holds, or the tenant's. Source: the Graph reference,
 * "Application management policies API overview": who has one of their own does not inherit from the tenant's.
 */
export function policyOf(directory: Directory, applicationId: string): AppManagementPolicy {
  const { tenant, own, assigned } = appManagementOf(directory);
  const policy = own.find(({ id }) => id === assigned[applicationId]) ?? tenant;
  return policy.isEnabled ? policy : { ...policy, restrictions: OFF };
}
