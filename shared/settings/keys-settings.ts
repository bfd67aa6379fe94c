import type * as z from "zod";
import { ROTATE_ROLE } from "../clients/client.ts";
import { guid, risk, text } from "./setting-kinds.ts";

/** The settings of the service's own API, by which clients rotate their credentials themselves; part of `setting-list.ts`. */
export const keysSettingList = {
  KEYS_APP_ID: guid(
    "Client id of the app registration of this service's own API, for which clients get tokens to [rotate their credentials themselves](self-rotation.md); without it none can",
  ).optional(),
  KEYS_ROTATE_ROLE_ID: guid("Id of its app role `keys.rotate`").optional(),
  KEYS_SCOPE: text(
    "Scope clients are told to ask for there: `<Application ID URI>/.default`",
  ).optional(),
  KEYS_ROTATE_ROLE_MEANING: text("The same of `keys.rotate`").default(
    "Rotate its own secrets and certificates",
  ),
  KEYS_ROTATE_ROLE_RISK: risk("The same of `keys.rotate`: `low`, `medium` or `high`", "medium"),
};

type Environment = z.infer<z.ZodObject<typeof keysSettingList>>;
type Present = Readonly<Record<string, string | undefined>>;

/** All three, or none. */
export function unmetKeysNeeds(env: Present): string[] {
  const names = ["KEYS_APP_ID", "KEYS_ROTATE_ROLE_ID", "KEYS_SCOPE"];
  const given = names.filter((name) => env[name]);
  if (given.length === 0) return [];
  return names
    .filter((name) => !env[name])
    .map(
      (name) => `${name} is missing: ${given.join(" and ")} ${given.length > 1 ? "are" : "is"} set`,
    );
}

/** Nothing: this deployment has no API of its own. */
export function arrangeKeys(env: Environment) {
  const { KEYS_APP_ID: appId, KEYS_ROTATE_ROLE_ID: roleId, KEYS_SCOPE: scope } = env;
  if (appId === undefined || roleId === undefined || scope === undefined) return undefined;
  return Object.freeze({ appId, scope, roleIds: { [ROTATE_ROLE]: roleId } });
}

export const rotateMeaning = (env: Environment) => ({
  description: env.KEYS_ROTATE_ROLE_MEANING,
  risk: env.KEYS_ROTATE_ROLE_RISK,
});
