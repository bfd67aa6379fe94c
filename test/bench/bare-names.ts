/** What the service does not know, in the cloud of a measurement. */

/** A queue that nobody listens to: for the sends that are measured without the service. */
export const BARE_QUEUE = "bench";
/** What `bare-create.ts` schedules before a create, and works off a second after it. */
export const BARE_CREATED_QUEUE = "bench-created";
/** Its route, behind `/api`. */
export const BARE_CREATES = "bench/clients";
