import * as z from "zod";
import type { ConsentCase } from "../../shared/consent/consent-case.ts";
import { NameFlag } from "../../shared/consent/name-flags.ts";
import { ConsentShape, SuspendedShape, showConsent, showSuspended } from "./shapes.ts";

/** What operators see of a consent. */
export const ConsentItemShape = z
  .strictObject({
    clientId: z.guid().describe("Object id of the app registration"),
    appId: z.guid().describe("OAuth 2.0 client_id"),
    displayName: z
      .string()
      .max(256)
      .meta({ examples: ["Nightly import"] }),
    subscription: z
      .string()
      .max(128)
      .describe("The customer's subscription")
      .meta({ examples: ["contoso"] }),
    requestedBy: z
      .string()
      .max(256)
      .describe("Who asked for the client")
      .meta({ examples: ["Ann Arbor"] }),
    grantUrl: z.url().describe("The directory's page where consent is granted"),
    automaticGrant: z.boolean().describe("Whether `…/grant` may be called"),
    flags: z
      .array(NameFlag)
      .optional()
      .describe(
        "What to look at twice: letters of several scripts in one word; a name that looks like another customer's",
      ),
    consent: ConsentShape,
    suspended: SuspendedShape.optional().describe("While the client gets no new tokens"),
    revision: z
      .string()
      .max(64)
      .describe('What is shown here; `If-Match: "<clientId>.<revision>"` binds a decision to it'),
  })
  .meta({ id: "ConsentItem" });

export const ConsentItemListShape = z
  .strictObject({
    items: z.array(ConsentItemShape),
    nextCursor: z.string().optional().describe("Send as `cursor` for the next page"),
  })
  .meta({ id: "ConsentItemList" });

export interface ConsentAdvice {
  readonly grantUrl: (appId: string) => string;
  /** `CONSENT_GRANT` is `automatic-on-approve`. */
  readonly automaticGrant: boolean;
}

export const showCase = (
  found: ConsentCase,
  advice: ConsentAdvice,
): z.infer<typeof ConsentItemShape> => ({
  clientId: found.clientId,
  appId: found.appId,
  displayName: found.displayName,
  subscription: found.subscription,
  requestedBy: found.requestedBy,
  grantUrl: advice.grantUrl(found.appId),
  automaticGrant: advice.automaticGrant,
  ...(found.flags?.length && { flags: [...found.flags] }),
  consent: showConsent(found.consent),
  ...showSuspended(found.suspended),
  revision: String(found.revision),
});
