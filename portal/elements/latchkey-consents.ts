import { LatchkeyConsents } from "./consents/latchkey-consents.ts";

/** What a host page loads: it defines the element, once, also where two parts of a page load it. */
if (!customElements.get("latchkey-consents"))
  customElements.define("latchkey-consents", LatchkeyConsents);
