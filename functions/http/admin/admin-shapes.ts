import * as z from "zod";
import type { Actor } from "../../../shared/clients/actor.ts";
import { inWords, type RoleMeanings } from "../../../shared/clients/role-meaning.ts";
import type { Standing } from "../../../shared/clients/standing.ts";
import { type ShownCase, shownRevision } from "../../../shared/consent/consent-case.ts";
import { NameFlag } from "../../../shared/consent/name-flags.ts";
import { type Shaped, shape } from "../../edge/shape.ts";
import { ConsentShape, SuspendedShape, showConsent, showSuspended } from "../shapes.ts";

export const RoleShape = shape(() =>
  z
    .strictObject({
      value: z
        .string()
        .max(120)
        .describe("The app role, as it stands in tokens")
        .meta({ examples: ["api.write"] }),
      description: z
        .string()
        .max(1000)
        .describe("What it allows, in words")
        .meta({ examples: ["Change data"] }),
      risk: z.enum(["low", "medium", "high"]).describe("How much could go wrong with it"),
    })
    .meta({ id: "MeantRole" }),
);

/** Who did something, as their token proved it. */
export const ActorShape = shape(() =>
  z
    .strictObject({
      kind: z
        .enum(["customer", "operator", "client", "service", "directory"])
        .describe("A person, an app for itself, this service, or whoever did it in the directory"),
      issuer: z
        .string()
        .max(1000)
        .optional()
        .describe("Who issued the token")
        .meta({ examples: ["https://contoso.b2clogin.com/contoso.onmicrosoft.com/v2.0/"] }),
      subject: z
        .string()
        .max(256)
        .optional()
        .describe("Means somebody only together with the issuer")
        .meta({ examples: ["5f0c9b6e-2f5b-4a3a-9d0e-6f5a7e1c2b3d"] }),
      displayName: z
        .string()
        .max(256)
        .optional()
        .describe("Its bearer may have chosen it")
        .meta({ examples: ["Ann Arbor"] }),
    })
    .meta({ id: "Actor" }),
);

const CustomerShape = shape(() =>
  z
    .strictObject({
      clients: z.int().min(0).describe("How many in all"),
      pending: z.int().min(0).describe("That wait"),
      granted: z.int().min(0).describe("That may call the API"),
      rejected: z.int().min(0).describe("That were rejected"),
      revoked: z.int().min(0).describe("Whose consent was withdrawn"),
      more: z.boolean().optional().describe("It has more than were counted"),
    })
    .meta({ id: "CustomerStanding", description: "What the customer has besides this client" }),
);

const DriftShape = shape(() =>
  z
    .strictObject({
      foundAt: z.iso.datetime().describe("When the directory first showed just this"),
      roles: z
        .array(
          z.strictObject({
            resource: z
              .string()
              .max(256)
              .describe("The API: its name in the directory")
              .meta({ examples: ["Microsoft Graph"] }),
            role: z
              .string()
              .max(120)
              .describe("Its value, or its id where the API is another one")
              .meta({ examples: ["api.write"] }),
            own: z.boolean().describe("Whether it is the API that clients ask for roles of"),
          }),
        )
        .describe("What its tokens carry besides"),
    })
    .meta({ id: "Drift", description: "The client was granted more than it asked for" }),
);

/** What operators see of a consent. */
export const ConsentItemShape = shape(() =>
  z
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
      roles: z.array(RoleShape()).max(10).describe("What is asked for"),
      requestedBy: z
        .string()
        .max(256)
        .describe("Who asked for the client")
        .meta({ examples: ["Ann Arbor"] }),
      requester: ActorShape().optional().describe("The same, as their token proved them"),
      customer: CustomerShape(),
      grantUrl: z.url().describe("The directory's page where consent is granted"),
      automaticGrant: z.boolean().describe("Whether `…/grant` may be called"),
      flags: z
        .array(NameFlag)
        .optional()
        .describe(
          "What to look at twice: letters of several scripts in one word; a name that looks like another customer's",
        ),
      consent: ConsentShape().extend({ decidedBy: ActorShape().optional() }).meta({
        id: "DecidedConsent",
      }),
      suspended: SuspendedShape().optional().describe("While the client gets no new tokens"),
      drift: DriftShape().optional(),
      revision: z
        .string()
        .max(64)
        .describe('What is shown here; `If-Match: "<clientId>.<revision>"` binds a decision to it'),
    })
    .meta({ id: "ConsentItem" }),
);

const CountsShape = shape(() =>
  z
    .strictObject({
      pending: z.int().min(0).describe("That wait"),
      overdue: z.int().min(0).describe("That wait for longer than was promised"),
      drifted: z.int().min(0).describe("With more than they asked for, of whatever state"),
      granted: z.int().min(0).describe("Granted"),
      rejected: z.int().min(0).describe("Rejected"),
      revoked: z.int().min(0).describe("Withdrawn"),
      upTo: z.int().describe("A count that is as high may stand for more"),
    })
    .meta({ id: "ConsentCounts" }),
);

export const ConsentItemListShape = shape(() =>
  z
    .strictObject({
      items: z.array(ConsentItemShape()),
      nextCursor: z.string().optional().describe("Send as `cursor` for the next page"),
      counts: CountsShape().optional().describe("Where `counts=true` asked for them"),
    })
    .meta({ id: "ConsentItemList" }),
);

export interface ConsentAdvice {
  readonly roleMeanings: RoleMeanings;
  readonly grantUrl: (appId: string) => string;
  /** `CONSENT_GRANT` is `automatic-on-approve`. */
  readonly automaticGrant: boolean;
}

export const showCase = (
  found: ShownCase,
  advice: ConsentAdvice,
): Shaped<typeof ConsentItemShape> => ({
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
  ...showSuspended(found.suspended),
  ...(found.drift && {
    drift: {
      foundAt: found.drift.foundAt.toISOString(),
      roles: found.drift.excess.map((role) => ({ ...role })),
    },
  }),
  revision: shownRevision(found),
});

export const showActor = ({ kind, issuer, subject, displayName }: Actor) => ({
  kind,
  ...(issuer !== undefined && { issuer }),
  ...(subject !== undefined && { subject }),
  ...(displayName !== undefined && { displayName }),
});

const showStanding = ({ more, ...counts }: Standing) => ({ ...counts, ...(more && { more }) });
