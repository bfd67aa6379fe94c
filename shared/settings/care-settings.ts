import * as z from "zod";
import { parseReminders } from "../care/reminders.ts";
import { duration, schedule } from "./setting-kinds.ts";

/** The settings of what is done for secrets before they end; part of `setting-list.ts`. */
export const careSettingList = {
  SECRET_REMINDERS: z
    .string()
    .default("P30D,P14D,P7D,P1D")
    .transform((value, context) => {
      try {
        return parseReminders(value);
      } catch (error) {
        context.addIssue(error instanceof Error ? error.message : "cannot be read");
        return z.NEVER;
      }
    })
    .describe(
      "How long before a secret expires people are reminded (ISO 8601, separated by commas); they are told once more when it has expired",
    ),
  SECRETS_LOOK_EVERY: duration(
    "PT1H",
    "How often it is looked for secrets that were added, removed or renamed in the directory (ISO 8601)",
  ),
  SECRETS_LOOK_SCHEDULE: schedule(
    "45 */5 * * * *",
    "When it is asked whether that is due, and a pass that died is gone on with (NCRONTAB, six fields)",
  ),
  CARE_SCHEDULE: schedule(
    "20 */5 * * * *",
    "When it is looked what is due of secrets: reminders, retirements, letters (NCRONTAB, six fields)",
  ),
};
