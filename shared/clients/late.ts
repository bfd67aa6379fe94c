/**
 * For so long, in milliseconds, what a replica of the directory does not show may only be late there: a client that was just
 * made, a grant that another replica has shown. No SLA exists; minutes have been reported.
 */
export const LATE_FOR_MS = 5 * 60_000;
