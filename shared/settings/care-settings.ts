import * as z from "zod";
import { parseReminders } from "../care/reminders.ts";
import { text } from "./setting-kinds.ts";

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
  CARE_SCHEDULE: text(
    "When it is looked what is due of secrets: reminders, retirements, letters (NCRONTAB, six fields)",
  ).default("20 */5 * * * *"),
};
