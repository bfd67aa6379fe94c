import type { Directory } from "../directory.ts";
import { notFound } from "../graph/graph-error.ts";
import type { ApplicationRecord, ServicePrincipalRecord } from "../state.ts";

const KEY = /^(appId|uniqueName)\s*=\s*'(.*)'$/is;

const parseKey = (text: string): { name: string; value: string } | undefined => {
  const [, name, value] = KEY.exec(text) ?? [];
  if (name === undefined || value === undefined) return undefined;
  return {
    name: name.toLowerCase() === "appid" ? "appId" : "uniqueName",
    value: value.replaceAll("''", "'"),
  };
};

/** The name in `applications(uniqueName='…')`, if the caller used that key. */
export const uniqueNameOf = (key: string): string | undefined => {
  const parsed = parseKey(key);
  return parsed?.name === "uniqueName" ? parsed.value : undefined;
};

/**
 * A live application by object id, `appId='…'` or `uniqueName='…'`.
 * @throws 404, also while a fresh one has not reached this replica
 */
export function findApplication(directory: Directory, key: string): ApplicationRecord {
  const parsed = parseKey(key);
  const { applications } = directory.state;
  const found = parsed
    ? applications.by(parsed.name, parsed.value).find(isLive)
    : applications.get(key.toLowerCase());
  if (!found || !isLive(found) || !directory.faults.visible(found)) {
    throw notFound(parsed?.value ?? key);
  }
  return found;
}

/** A live service principal by object id or `appId='…'`. @throws 404 */
export function findServicePrincipal(directory: Directory, key: string): ServicePrincipalRecord {
  const parsed = parseKey(key);
  const { servicePrincipals } = directory.state;
  const found = parsed
    ? servicePrincipals.by(parsed.name, parsed.value).find(isLive)
    : servicePrincipals.get(key.toLowerCase());
  if (!found || !isLive(found) || !directory.faults.visible(found)) {
    throw notFound(parsed?.value ?? key);
  }
  return found;
}

export const isLive = (record: { readonly object: { readonly deletedDateTime: string | null } }) =>
  record.object.deletedDateTime === null;

/** The live service principal of an app id, whether or not it has replicated: for what the directory does by itself. */
export const servicePrincipalOf = (
  directory: Directory,
  appId: string,
): ServicePrincipalRecord | undefined =>
  directory.state.servicePrincipals.by("appId", appId).find(isLive);

export const applicationOf = (directory: Directory, appId: string): ApplicationRecord | undefined =>
  directory.state.applications.by("appId", appId).find(isLive);
