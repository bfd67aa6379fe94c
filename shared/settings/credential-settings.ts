import * as z from "zod";
import { CredentialKind } from "../clients/credential.ts";
import { allowedKinds, type CredentialRules, takenBy } from "../clients/credential-rules.ts";
import { duration, list } from "./setting-kinds.ts";

/** The settings of what clients may prove themselves with; part of `setting-list.ts`. */
export const credentialSettingList = {
  CLIENT_CREDENTIALS: list(
    "Kinds of credentials that clients may get: `secret`, `certificate`, `federated`, separated by commas. A policy endpoint of Azure AD B2C takes secrets only, whatever stands here",
    CredentialKind.options.join(","),
  ).pipe(
    z
      .array(z.enum(CredentialKind.options, { error: "must hold secret, certificate, federated" }))
      .min(1, { error: "must hold a kind of credential" }),
  ),
  SECRETS: z
    .enum(["allowed", "discouraged", "forbidden"])
    .default("allowed")
    .describe(
      "Whether clients get secrets: `discouraged` says so in forms and answers; `forbidden`: no client gets another one, those that are there may be rotated, one for one, and removed",
    ),
  CERTIFICATE_MAX_LIFETIME: duration(
    "P366D",
    "Longest time from the beginning to the end of a certificate (ISO 8601)",
  ),
};

type Environment = z.infer<z.ZodObject<typeof credentialSettingList>>;
type Present = Readonly<Record<string, string | undefined>>;

const rulesOf = (env: Environment, tokenEndpoint: string): CredentialRules => ({
  directory: takenBy(tokenEndpoint),
  setting: env.CLIENT_CREDENTIALS,
  secrets: env.SECRETS,
});

/** What no single one can say: a client that can have no credential is of use to nobody. */
export function unmetCredentialNeeds(env: Present): string[] {
  const parsed = z.object(credentialSettingList).safeParse(env);
  const { TOKEN_ENDPOINT: endpoint = "" } = env;
  if (!parsed.success || !URL.canParse(endpoint)) return [];
  if (allowedKinds(rulesOf(parsed.data, endpoint)).length > 0) return [];
  const taken = takenBy(endpoint).join(", ");
  return [
    `CLIENT_CREDENTIALS is wrong: with SECRETS it leaves clients no credential; TOKEN_ENDPOINT takes ${taken}`,
  ];
}

export const arrangeCredentials = (env: Environment, tokenEndpoint: string) =>
  Object.freeze({
    rules: rulesOf(env, tokenEndpoint),
    certificateMaxLifetimeMs: env.CERTIFICATE_MAX_LIFETIME,
  });
