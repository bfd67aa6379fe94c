import * as z from "zod";
import { msOfDuration } from "../../../shared/base/iso-duration.ts";
import { allowedKinds, takenBy } from "../../../shared/clients/credential-rules.ts";
import { credentialSettingList } from "../../../shared/settings/credential-settings.ts";
import type { Fault } from "./fault.ts";
import type { Policies, Policy, Restriction } from "./policies.ts";
import type { Named } from "./snapshot.ts";

const DAY_MS = 86_400_000;
const SECRET_DAYS = 365;

/** What customers are promised, by the settings. */
interface Promised {
  readonly secrets: boolean;
  readonly secretDays: number;
  readonly certificates: boolean;
  readonly certificateMs: number;
  /** The token endpoint takes nothing but secrets. */
  readonly onlySecrets: boolean;
}

/** Where the policies of the directory forbid what the settings promise. Settings that cannot be read are said to be wrong elsewhere. */
export function checkPolicies({ tenant, own }: Policies, named: Named): Fault[] {
  const promised = promisedBy(named);
  if (!promised) return [];
  return [
    ...check(tenant, promised, "clients"),
    ...own.flatMap((policy) =>
      check(policy, promised, policy.clients === 1 ? "one client" : `${policy.clients} clients`),
    ),
  ];
}

function promisedBy(named: Named): Promised | undefined {
  const parsed = z.object(credentialSettingList).safeParse(named);
  const endpoint = named["TOKEN_ENDPOINT"] ?? "";
  if (!parsed.success) return undefined;
  const directory = URL.canParse(endpoint) ? takenBy(endpoint) : takenBy("https://login");
  const { CLIENT_CREDENTIALS: setting, SECRETS: secrets, CERTIFICATE_MAX_LIFETIME } = parsed.data;
  const allowed = allowedKinds({ directory, setting, secrets });
  return {
    secrets: allowed.includes("secret"),
    secretDays: Number(named["SECRET_MAX_LIFETIME_DAYS"] || SECRET_DAYS),
    certificates: allowed.includes("certificate"),
    certificateMs: CERTIFICATE_MAX_LIFETIME,
    onlySecrets: !directory.includes("certificate"),
  };
}

const check = (policy: Policy, promised: Promised, whom: string): Fault[] =>
  policy.restrictions.flatMap((rule) => faultOf(policy, rule, promised, whom) ?? []);

function faultOf(
  { name }: Policy,
  rule: Restriction,
  promised: Promised,
  whom: string,
): Fault | undefined {
  const affected = `${whom}${sinceOf(rule)}`;
  const longest = msOfDuration(rule.maxLifetime ?? "") ?? Number.POSITIVE_INFINITY;
  const days = Math.floor(longest / DAY_MS);
  switch (rule.restrictionType) {
    case "passwordAddition":
      if (!promised.secrets) return undefined;
      return {
        code: "policy-forbids-secrets",
        what: `${name} forbids new secrets of ${affected}.${exemptOf(rule)}`,
        remedy: promised.onlySecrets
          ? "The token endpoint takes secrets only: exempt the backend from it (excludeActors), or switch the restriction off."
          : "Set SECRETS=forbidden, or exempt the backend from it (excludeActors).",
      };
    case "passwordLifetime":
      if (!promised.secrets || longest >= promised.secretDays * DAY_MS) return undefined;
      return {
        code: "policy-secret-lifetime",
        what: `${name} lets a secret of ${affected} live ${days} days at most; ${promised.secretDays} are promised.${exemptOf(rule)}`,
        remedy:
          days < 1
            ? "Set SECRETS=forbidden: this service makes none that short."
            : `Set SECRET_MAX_LIFETIME_DAYS=${days}.`,
      };
    case "asymmetricKeyLifetime":
      if (!promised.certificates || longest >= promised.certificateMs) return undefined;
      return {
        code: "policy-certificate-lifetime",
        what: `${name} lets a certificate of ${affected} live ${days} days at most; ${Math.floor(promised.certificateMs / DAY_MS)} are promised.${exemptOf(rule)}`,
        remedy: `Set CERTIFICATE_MAX_LIFETIME=${rule.maxLifetime}.`,
      };
    case "trustedCertificateAuthority":
      if (!promised.certificates) return undefined;
      return {
        code: "policy-certificate-authority",
        what: `${name} takes certificates of ${affected} only from authorities that it names; the portal makes self-signed ones.${exemptOf(rule)}`,
        remedy: "Take certificate out of CLIENT_CREDENTIALS, or switch the restriction off.",
      };
    default:
      // Values chosen by the caller and symmetric keys: this service uses neither.
      return undefined;
  }
}

const sinceOf = ({ restrictForAppsCreatedAfterDateTime: since }: Restriction): string =>
  since ? ` made since ${since.slice(0, 10)}` : "";

/** By attributes that only their own administrators may read. */
const exemptOf = ({ excludeActors }: Restriction): string =>
  excludeActors ? " Some actors are exempt: see whether the backend is one." : "";
