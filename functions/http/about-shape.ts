import * as z from "zod";

/** What the portal's forms know of the service before they are filled in. */
export const AboutShape = z
  .strictObject({
    limits: z.strictObject({
      secretsPerClient: z
        .int()
        .min(1)
        .max(1000)
        .optional()
        .meta({ examples: [2] })
        .describe("Secrets a client may have at once, where the directory has such a limit"),
      secretLifetimeDays: z
        .int()
        .min(1)
        .max(3650)
        .meta({ examples: [365] })
        .describe("The longest lifetime of a secret"),
    }),
    sampleCall: z.url().max(2048).optional().describe("What samples call with their token"),
  })
  .meta({ id: "About" });
