export { LatchkeyClients } from "../elements/latchkey-clients.ts";
export { LatchkeyConsents } from "../elements/latchkey-consents.ts";
