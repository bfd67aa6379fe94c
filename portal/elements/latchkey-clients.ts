import { LatchkeyClients } from "./clients/latchkey-clients.ts";
import { define } from "./shared/define.ts";

/** What a host page loads. */
define("latchkey-clients", LatchkeyClients);

export { LatchkeyClients };
