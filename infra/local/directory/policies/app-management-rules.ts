import { msOfDuration } from "../../../../shared/base/iso-duration.ts";
import type { Directory } from "../directory.ts";
import { GraphError } from "../graph/graph-error.ts";
import type { Application, KeyCredential, PasswordCredential } from "../graph-types.ts";
import { type AppManagementPolicy, policyOf, type Restriction } from "./app-management-state.ts";

/**
 * What an app management policy refuses of an application's new credentials; those that are there stay as they are. The codes
 * and words are recorded: `CredentialInvalidLifetimeAsPerAppPolicy` with its details in microsoft-365-agents-toolkit#10998,
 * `CredentialTypeNotAllowedAsPerAppPolicy` in that project's source, its sentence by everybody whose tenant forbids secrets.
 */

type Timed = Pick<PasswordCredential, "startDateTime" | "endDateTime">;

/** @throws 400 for a secret that may not be, or not be this long */
export function checkPasswordPolicy(
  directory: Directory,
  application: Application,
  credential: Timed,
): void {
  const policy = policyOf(directory, application.id);
  const rule = (type: Restriction["restrictionType"]) =>
    inForce(policy.restrictions.passwordCredentials, type, application);
  if (rule("passwordAddition")) throw typeNotAllowed(policy);
  refuseLonger(policy, rule("passwordLifetime"), credential);
}

/** @throws 400 for a certificate that is new and longer than one may be */
export function checkKeyPolicy(
  directory: Directory,
  application: Application,
  before: readonly KeyCredential[],
): void {
  const policy = policyOf(directory, application.id);
  const { keyCredentials } = policy.restrictions;
  const rule = inForce(keyCredentials, "asymmetricKeyLifetime", application);
  for (const key of application.keyCredentials)
    if (!before.some(({ keyId }) => keyId === key.keyId)) refuseLonger(policy, rule, key);
}

function inForce(
  restrictions: readonly Restriction[],
  type: Restriction["restrictionType"],
  { createdDateTime }: Application,
): Restriction | undefined {
  return restrictions.find(
    ({ restrictionType, state, restrictForAppsCreatedAfterDateTime: since }) =>
      restrictionType === type &&
      state === "enabled" &&
      (since === null || Date.parse(createdDateTime) >= Date.parse(since)),
  );
}

function refuseLonger(
  policy: AppManagementPolicy,
  rule: Restriction | undefined,
  { startDateTime, endDateTime }: Timed,
): void {
  const longest = msOfDuration(rule?.maxLifetime ?? "");
  if (longest === undefined || Date.parse(endDateTime) - Date.parse(startDateTime) <= longest)
    return;
  const message = `Credential lifetime exceeds the max value allowed as per assigned policy '${policy.id}'.`;
  throw new GraphError(400, "CredentialInvalidLifetimeAsPerAppPolicy", message, {}, [
    { code: "InvalidKeyEndDate", message, target: "EndDate" },
  ]);
}

const typeNotAllowed = ({ id }: AppManagementPolicy): GraphError =>
  new GraphError(
    400,
    "CredentialTypeNotAllowedAsPerAppPolicy",
    `Credential type not allowed as per assigned policy '${id}'.`,
  );
