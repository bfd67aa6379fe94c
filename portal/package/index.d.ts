export { LatchkeyClients } from "./latchkey-clients.js";
export { LatchkeyConsents } from "./latchkey-consents.js";
export type * from "./types.d.ts";
