import { LatchkeyConsents } from "./consents/latchkey-consents.ts";
import { define } from "./shared/define.ts";

/** What a host page loads. */
define("latchkey-consents", LatchkeyConsents);

export { LatchkeyConsents };
