import * as z from "zod";

/** What the portal's forms know of the service before they are filled in. */
export const AboutShape = z
  .strictObject({
    limits: z.strictObject({
      secretsPerClient: z
        .int()
        .optional()
        .describe("Secrets a client may have at once, where the directory has such a limit"),
      secretLifetimeDays: z.int().describe("The longest lifetime of a secret"),
    }),
    sampleCall: z.url().optional().describe("What samples call with their token"),
  })
  .meta({ id: "About" });
