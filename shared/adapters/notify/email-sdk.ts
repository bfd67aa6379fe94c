/** What this service uses of the mail SDK, as a module of its own: it is loaded only where alerts go by mail. */
export { EmailClient } from "@azure/communication-email";
