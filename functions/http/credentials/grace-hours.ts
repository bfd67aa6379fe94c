import * as z from "zod";

export const USUAL_GRACE_HOURS = 24;
/** A month: whoever has not brought the new one to its programs by then would not in two. */
const MAX_GRACE_HOURS = 720;

/** How long the old one goes on working beside the new one. */
export const graceHours = z
  .int({ error: "must be a whole number of hours" })
  .min(0, { error: "must be at least 0" })
  .max(MAX_GRACE_HOURS, { error: `must be at most ${MAX_GRACE_HOURS}` })
  .meta({ examples: [24] })
  .optional()
  .describe(
    `Hours for which the old one goes on working, and no longer than it would have; ${USUAL_GRACE_HOURS} when left out`,
  );
