import { LatchkeyClients } from "./clients/latchkey-clients.ts";

/** What a host page loads: it defines the element, once, also where two parts of a page load it. */
if (!customElements.get("latchkey-clients"))
  customElements.define("latchkey-clients", LatchkeyClients);
