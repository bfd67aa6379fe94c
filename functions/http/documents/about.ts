import { done } from "../../../shared/base/outcome.ts";
import { ROTATE_ROLE, type SignInAudience } from "../../../shared/clients/client.ts";
import { CredentialKind } from "../../../shared/clients/credential.ts";
import { type CredentialRules, whyNot } from "../../../shared/clients/credential-rules.ts";
import { PERSONAL_AUDIENCE_MAX_SECRETS } from "../../../shared/clients/secret.ts";
import { route } from "../../edge/route.ts";
import { AboutShape } from "./about-shape.ts";

export interface AboutDeps {
  readonly signInAudience: SignInAudience;
  readonly secretMaxLifetimeDays: number;
  readonly rules: CredentialRules;
  readonly sampleCall: string | undefined;
  /** The scope by which clients rotate their secrets themselves; nothing where they cannot. */
  readonly rotateScope: string | undefined;
}

/** What a form has to know before somebody fills it in. The same for everybody, so it may be cached. */
export const about = ({
  signInAudience,
  secretMaxLifetimeDays,
  rules,
  sampleCall,
  rotateScope,
}: AboutDeps) =>
  route(
    {
      name: "about",
      operationId: "getLimits",
      method: "GET",
      path: "/about",
      access: "clients.read",
      summary: "Read what the service allows",
      description:
        "The limits that a form should tell before it is filled in. They change only with the service's settings.",
      replies: { 200: { description: "The limits", schema: AboutShape } },
      problems: [],
    },
    async () =>
      done({
        status: 200,
        body: {
          limits: {
            ...(signInAudience === "AzureADandPersonalMicrosoftAccount" && {
              secretsPerClient: PERSONAL_AUDIENCE_MAX_SECRETS,
            }),
            secretLifetimeDays: secretMaxLifetimeDays,
          },
          credentials: CredentialKind.options.map((kind) => {
            const why = whyNot(rules, kind);
            return { kind, allowed: why === undefined, ...(why && { why }) };
          }),
          secrets: rules.secrets,
          ...(rotateScope && { selfRotation: { role: ROTATE_ROLE, scope: rotateScope } }),
          ...(sampleCall && { sampleCall }),
        },
      }),
  );
