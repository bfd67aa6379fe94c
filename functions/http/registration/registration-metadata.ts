import * as z from "zod";
import {
  maxNameLength,
  ResourceRole,
  Role,
  type SignInAudience,
} from "../../../shared/clients/client.ts";
import { AuthMethod } from "../../../shared/clients/registration.ts";
import { NO_STATEMENT } from "../../edge/oauth-error.ts";
import { displayName } from "../inputs.ts";

/**
 * Client metadata as clients send it (RFC 7591, section 2). What is not known here is ignored, as the RFC demands; what is known
 * and cannot be had is refused, for a client that is told so can be mended, and one that got something else fails later.
 */

export interface MetadataDeps {
  readonly signInAudience: SignInAudience;
  /** What a client asks the token endpoint for: all the roles it was granted. */
  readonly resourceScope: string;
  /** Whether clients can rotate their secrets themselves here. */
  readonly canRotate: boolean;
}

/** Left out, this is the name: a client needs one in the directory. */
export const UNNAMED = "Registered client";

const THE_GRANT = "client_credentials";

const common = ({ signInAudience, resourceScope, canRotate }: MetadataDeps) => ({
  client_name: displayName(maxNameLength(signInAudience))
    .nullish()
    .describe(`Its name; \`${UNNAMED}\` when left out, and as it is in an update`),
  grant_types: z
    .array(z.literal(THE_GRANT, { error: `must be ${THE_GRANT}: there is no other grant here` }))
    .max(10)
    .nullish()
    .describe(`\`${THE_GRANT}\`, which it is when left out`),
  token_endpoint_auth_method: z
    .enum(AuthMethod.options, { error: `must be ${AuthMethod.options.join(" or ")}` })
    .nullish()
    .describe(
      "How it sends its secret to the token endpoint; `client_secret_basic` when left out, and replaced where the token endpoint does not take it",
    ),
  scope: z
    .string()
    .max(500)
    .regex(scopesOf([...rolesHere(canRotate), resourceScope]), {
      error: `must name ${rolesHere(canRotate).join(", ")} or ${resourceScope}`,
    })
    .nullish()
    .meta({ examples: [resourceScope] })
    .describe(
      "Roles that it asks for, with blanks between them; both of the resource API when left out",
    ),
});

const rolesHere = (canRotate: boolean): readonly Role[] =>
  canRotate ? Role.options : ResourceRole.options;

function scopesOf(names: readonly string[]): RegExp {
  const one = names.map(escaped).join("|");
  return new RegExp(`^(${one})( (${one}))*$`);
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");

type Known = Readonly<Record<string, unknown>>;
interface Issue {
  readonly name: string;
  readonly message: string;
}

/** What belongs to flows that have a browser in them, and statements of others about a client: nobody here can hold them true. */
function unfit({ redirect_uris, response_types, software_statement }: Known): readonly Issue[] {
  const asked = (value: unknown) => Array.isArray(value) && value.length > 0;
  const issues: Issue[] = [];
  if (asked(redirect_uris))
    issues.push({ name: "redirect_uris", message: "must be left out: nobody signs in here" });
  if (asked(response_types))
    issues.push({ name: "response_types", message: "must be left out: nobody signs in here" });
  if (software_statement !== undefined && software_statement !== null)
    issues.push({
      name: "software_statement",
      message: isJwt(software_statement)
        ? "must be left out: no issuer of software statements is trusted here"
        : NO_STATEMENT,
    });
  return issues;
}

const isJwt = (value: unknown): boolean =>
  typeof value === "string" && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(value);

/** Never to be sent back (RFC 7592, section 2.2). */
const READ_ONLY = [
  "registration_access_token",
  "registration_client_uri",
  "client_secret_expires_at",
  "client_id_issued_at",
] as const;

const ofTheServer = (sent: Known): readonly Issue[] =>
  READ_ONLY.filter((name) => sent[name] !== undefined).map((name) => ({
    name,
    message: "must be left out: it is the server's to say",
  }));

const held =
  (...rules: readonly ((sent: Known) => readonly Issue[])[]) =>
  (context: z.core.ParsePayload<Known>): void => {
    for (const { name, message } of rules.flatMap((rule) => rule(context.value)))
      context.issues.push({ code: "custom", input: context.value, path: [name], message });
  };

export const registrationBody = (deps: MetadataDeps) =>
  z.looseObject(common(deps)).check(held(unfit)).meta({ id: "ClientRegistrationRequest" });

export const registrationUpdateBody = (deps: MetadataDeps) =>
  z
    .looseObject({
      client_id: z.guid().toLowerCase().describe("Its own, which cannot be changed"),
      client_secret: z
        .string()
        .min(1)
        .max(256)
        .nullish()
        .describe("Best left out; one that is sent has to work, and is not changed by this"),
      ...common(deps),
    })
    .check(held(unfit, ofTheServer))
    .meta({ id: "ClientRegistrationUpdateRequest" });

/** The roles that a scope asks for; nothing: it leaves them open. */
export function rolesIn(
  scope: string | null | undefined,
  resourceScope: string,
): readonly Role[] | undefined {
  if (!scope || scope === resourceScope) return undefined;
  const names = scope.split(" ");
  const asked = names.includes(resourceScope) ? [...names, ...ResourceRole.options] : names;
  return Role.options.filter((role) => asked.includes(role));
}
