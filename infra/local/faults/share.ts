import * as z from "zod";

/** Of all calls, how many are hit: 1 is every one. Chosen by a seeded generator, so that a run can be repeated. */
export const share = z.number().min(0).max(1).default(1);
