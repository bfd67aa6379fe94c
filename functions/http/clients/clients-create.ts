import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import {
  type ClientRecord,
  clientRevision,
  maxNameLength,
  ResourceRole,
  ROTATE_ROLE,
  Role,
  type SignInAudience,
} from "../../../shared/clients/client.ts";
import { type CreateDeps, createClient } from "../../../shared/operations/clients/create-client.ts";
import { route } from "../../edge/route.ts";
import { displayName } from "../inputs.ts";
import { ClientShape, showClient, type TokenAdvice } from "../shapes.ts";
import { NEW_CLIENT_PROBLEMS } from "./new-client.ts";

/** Named, since openapi-generator makes Java of an enum inside a set that does not compile. */
const NamedRole = Role.meta({
  id: "ClientRole",
  description:
    "App role of the resource API, or `keys.rotate` of this one: the client may rotate its own secrets",
});

export const clientsCreate = (
  deps: CreateDeps & {
    readonly advice: TokenAdvice;
    readonly signInAudience: SignInAudience;
    /** Whether people can be told by mail of what comes of a client's secrets. */
    readonly canMail: boolean;
    /** Whether clients can rotate their secrets themselves here. */
    readonly canRotate: boolean;
  },
) =>
  route(
    {
      name: "clients-create",
      operationId: "createClient",
      method: "POST",
      path: "/clients",
      access: "clients.write",
      summary: "Create a client and ask for an administrator's consent",
      description:
        "Registers an OAuth 2.0 client in the directory and asks an administrator to consent to its roles. Until then its tokens carry no role. Send an `Idempotency-Key` to be able to ask again after a lost answer: the first answer is given again.",
      accepts: ["Idempotency-Key"],
      body: z
        .strictObject({
          displayName: displayName(maxNameLength(deps.signInAudience)),
          roles: z
            .array(NamedRole)
            .min(1, { error: "must name at least one role" })
            .max(Role.options.length)
            .refine((roles) => new Set(roles).size === roles.length, {
              error: "must name each role once",
            })
            .refine((roles) => deps.canRotate || !roles.includes(ROTATE_ROLE), {
              error: `must not name ${ROTATE_ROLE}, which is not set up here`,
            })
            // Said as the default too: openapi-generator's Java would send an empty list for one that was left out.
            .meta({
              uniqueItems: true,
              examples: [["api.read"]],
              default: [...ResourceRole.options],
            })
            .optional()
            .describe("App roles; both of the resource API when left out"),
        })
        .meta({ id: "CreateClientRequest" }),
      replies: {
        201: {
          description: "The client; its consent is pending",
          schema: ClientShape,
          headers: ["Location", "ETag"],
        },
      },
      problems: NEW_CLIENT_PROBLEMS,
    },
    async ({ caller, by, body, idempotency }) => {
      const created = await createClient(deps, {
        subscription: caller.subscription,
        by,
        displayName: body.displayName,
        roles: body.roles ?? ResourceRole.options,
        requestedBy: caller.name,
        watcher: deps.canMail ? caller.watcher : undefined,
        ...(idempotency && { idempotency }),
      });
      if (!created.ok) return created;
      const record = created.value;
      return done({
        status: 201,
        headers: { location: `/api/clients/${record.id}` },
        revision: clientRevision(record),
        replayed: created.replayed,
        body: showClient(asMade(record), deps.advice),
      });
    },
  );

const asMade = (record: ClientRecord) => ({
  record,
  displayName: record.displayName,
  secrets: [],
  certificates: [],
});
