import { settingNames } from "../../shared/settings/settings.ts";
import type { LocalService } from "./service.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What Azure's own platform or the local laptop adds to the settings that the stand-ins bring. */
const LOCAL: Readonly<Record<string, string>> = {
  FUNCTIONS_WORKER_RUNTIME: "node",
  // Core Tools wants it for its timers' leases; our host does without.
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  // The portal answers at "/".
  AzureWebJobsDisableHomepage: "true",
  // The directory here has no quota of its own unless a fault sets one.
  SUBSCRIPTION_WRITES_PER_MINUTE: "6000",
  // What was left behind is finished within seconds, so that it can be watched.
  RECONCILE_AFTER: "PT15S",
  RECONCILE_SCHEDULE: "*/10 * * * * *",
  CONSENT_SWEEP_SCHEDULE: "*/10 * * * * *",
  // Tools that register themselves can be tried.
  DYNAMIC_REGISTRATION: "on",
  // The backend registered here may grant, so operators can try it.
  CONSENT_GRANT: "automatic-on-approve",
};

const OVERRIDABLE: readonly string[] = [...settingNames, ...Object.keys(LOCAL)];

/**
 * The complete settings of the service, as they go into `local.settings.json`.
 *
 * @param overrides wins over what the cloud brings: `undefined` leaves a setting out
 */
export function joinSettings(
  services: readonly Pick<LocalService, "settings">[],
  overrides: Environment,
): Record<string, string> {
  const joined: Environment = Object.assign(
    { ...LOCAL },
    ...services.map(({ settings }) => settings),
    overrides,
  );
  return Object.fromEntries(
    Object.entries(joined).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The settings of the service that stand in an environment: what a person gives to `npm start` wins. */
export function pickSettings(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    OVERRIDABLE.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The environment of a host's process: the machine's, without what it happens to say about the service. */
export function hostEnvironment(machine: Environment, settings: Environment): Environment {
  const rest = Object.entries(machine).filter(([name]) => !OVERRIDABLE.includes(name));
  return { ...Object.fromEntries(rest), ...settings };
}
