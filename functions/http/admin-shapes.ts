import * as z from "zod";
import type { Actor } from "../../shared/clients/actor.ts";
import { inWords, type RoleMeanings } from "../../shared/clients/role-meaning.ts";
import type { Standing } from "../../shared/clients/standing.ts";
import type { ShownCase } from "../../shared/consent/consent-case.ts";
import { NameFlag } from "../../shared/consent/name-flags.ts";
import { ConsentShape, showConsent } from "./shapes.ts";

export const RoleShape = z
  .strictObject({
    value: z.string().describe("The app role, as it stands in tokens"),
    description: z.string().describe("What it allows, in words"),
    risk: z.enum(["low", "medium", "high"]),
  })
  .meta({ id: "MeantRole" });

/** Who did something, as their token proved it. */
export const ActorShape = z
  .strictObject({
    kind: z.enum(["customer", "operator", "client", "service", "directory"]),
    issuer: z.string().optional(),
    subject: z.string().optional().describe("Means somebody only together with the issuer"),
    displayName: z.string().optional().describe("Its bearer may have chosen it"),
  })
  .meta({ id: "Actor" });

const CustomerShape = z
  .strictObject({
    clients: z.int().min(0),
    pending: z.int().min(0),
    granted: z.int().min(0),
    rejected: z.int().min(0),
    revoked: z.int().min(0),
    more: z.boolean().optional().describe("It has more than were counted"),
  })
  .meta({ id: "CustomerStanding", description: "What the customer has besides this client" });

/** What operators see of a consent. */
export const ConsentItemShape = z
  .strictObject({
    clientId: z.guid().describe("Object id of the app registration"),
    appId: z.guid().describe("OAuth 2.0 client_id"),
    displayName: z.string(),
    subscription: z.string(),
    roles: z.array(RoleShape).describe("What is asked for"),
    requestedBy: z.string().describe("Who asked for the client"),
    requester: ActorShape.optional().describe("The same, as their token proved them"),
    customer: CustomerShape,
    grantUrl: z.url().describe("The directory's page where consent is granted"),
    automaticGrant: z.boolean().describe("Whether `…/grant` may be called"),
    flags: z
      .array(NameFlag)
      .optional()
      .describe(
        "What to look at twice: letters of several scripts in one word; a name that looks like another customer's",
      ),
    consent: ConsentShape.extend({ decidedBy: ActorShape.optional() }).meta({
      id: "DecidedConsent",
    }),
    revision: z
      .string()
      .describe('What is shown here; `If-Match: "<clientId>.<revision>"` binds a decision to it'),
  })
  .meta({ id: "ConsentItem" });

const CountsShape = z
  .strictObject({
    pending: z.int().min(0),
    overdue: z.int().min(0),
    granted: z.int().min(0),
    rejected: z.int().min(0),
    revoked: z.int().min(0),
    upTo: z.int().describe("A count that is as high may stand for more"),
  })
  .meta({ id: "ConsentCounts" });

export const ConsentItemListShape = z
  .strictObject({
    items: z.array(ConsentItemShape),
    nextCursor: z.string().optional().describe("Send as `cursor` for the next page"),
    counts: CountsShape.optional().describe("Where `counts=true` asked for them"),
  })
  .meta({ id: "ConsentItemList" });

export interface ConsentAdvice {
  readonly roleMeanings: RoleMeanings;
  readonly grantUrl: (appId: string) => string;
  /** `CONSENT_GRANT` is `automatic-on-approve`. */
  readonly automaticGrant: boolean;
}

export const showCase = (
  found: ShownCase,
  advice: ConsentAdvice,
): z.infer<typeof ConsentItemShape> => ({
  clientId: found.clientId,
  appId: found.appId,
  displayName: found.displayName,
  subscription: found.subscription,
  roles: [...inWords(found.roles, advice.roleMeanings)],
  requestedBy: found.requestedBy,
  ...(found.requester && { requester: showActor(found.requester) }),
  customer: showStanding(found.customer),
  grantUrl: advice.grantUrl(found.appId),
  automaticGrant: advice.automaticGrant,
  ...(found.flags?.length && { flags: [...found.flags] }),
  consent: {
    ...showConsent(found.consent),
    ...(found.consent.decidedBy && { decidedBy: showActor(found.consent.decidedBy) }),
  },
  revision: String(found.revision),
});

export const showActor = ({ kind, issuer, subject, displayName }: Actor) => ({
  kind,
  ...(issuer !== undefined && { issuer }),
  ...(subject !== undefined && { subject }),
  ...(displayName !== undefined && { displayName }),
});

const showStanding = ({ more, ...counts }: Standing) => ({ ...counts, ...(more && { more }) });
