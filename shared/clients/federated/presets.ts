import { CI_PRESETS } from "./presets-ci.ts";
import { CLOUD_PRESETS } from "./presets-cloud.ts";

/** Every platform that the service knows how to ask for; any other takes issuer and subject as they are. */
export const PRESETS = [...CI_PRESETS, ...CLOUD_PRESETS];
