import { randomBytes } from "node:crypto";
import { done } from "../../../shared/base/outcome.ts";
import { ResourceRole } from "../../../shared/clients/client.ts";
import { authMethodAt } from "../../../shared/clients/registration.ts";
import type { ReadyDeps } from "../../../shared/clients/wait-until-ready.ts";
import type { CreateDeps } from "../../../shared/operations/clients/create-client.ts";
import { registerClient } from "../../../shared/operations/clients/register-client.ts";
import type { MakeDeps } from "../../../shared/operations/credentials/new-secret.ts";
import { NOT_CACHED } from "../../edge/oauth-error.ts";
import { route } from "../../edge/route.ts";
import { NEW_CLIENT_PROBLEMS } from "../clients/new-client.ts";
import { readyBy } from "../credentials/new-secret.ts";
import { type MetadataDeps, registrationBody, rolesIn, UNNAMED } from "./registration-metadata.ts";
import {
  RegisteredShape,
  type RegistrationAdvice,
  showInformation,
  toSeconds,
} from "./registration-shapes.ts";

/** What the secret is called in the directory, in reminders and in the portal. */
const SECRET_NAME = "Registration";

/** RFC 7591. The initial access token is a customer's own: whoever may make clients may have them register. */
export const register = (
  deps: CreateDeps &
    MakeDeps &
    ReadyDeps &
    MetadataDeps & {
      readonly advice: RegistrationAdvice;
      readonly secretMaxLifetimeDays: number;
      readonly canMail: boolean;
    },
) =>
  route(
    {
      name: "register",
      operationId: "registerClient",
      method: "POST",
      path: "/register",
      access: "clients.write",
      errors: "oauth",
      summary: "Register a client, as RFC 7591 has it",
      description:
        "Makes a client with its first secret in one, for tools that speak OAuth 2.0 Dynamic Client Registration. Metadata that is not known is ignored. An administrator is asked to consent, as for every client: `consent` says how that stands. Under an `Idempotency-Key` a repeat makes nothing, and cannot show the secret again. The token endpoint takes the secret some seconds late: with `Prefer: wait=N` the answer comes when it works, with `ready`.",
      accepts: ["Idempotency-Key", "Prefer"],
      body: registrationBody(deps),
      replies: {
        201: {
          description: "The client with its secret and its tokens",
          schema: RegisteredShape,
          headers: ["Preference-Applied"],
        },
      },
      problems: [
        ...NEW_CLIENT_PROBLEMS,
        "secret-value-already-returned",
        "secret-forbidden-by-policy",
        "credential-kind-not-allowed",
      ],
    },
    async ({ caller, by, body, idempotency, waitSeconds }) => {
      const at = deps.runtime.now();
      const registered = await registerClient(deps, {
        subscription: caller.subscription,
        by,
        displayName: body.client_name ?? UNNAMED,
        roles: rolesIn(body.scope, deps.resourceScope) ?? ResourceRole.options,
        requestedBy: caller.name,
        watcher: deps.canMail ? caller.watcher : undefined,
        secret: { displayName: SECRET_NAME, lifetimeDays: deps.secretMaxLifetimeDays },
        authMethod: authMethodAt(
          deps.advice.tokenEndpoint,
          body.token_endpoint_auth_method ?? undefined,
        ),
        tokenSecret: randomBytes(32),
        ...(idempotency && { idempotency }),
      });
      if (!registered.ok) return registered;
      const { record, secret, token } = registered.value;
      const { displayName } = record;
      const { secretText } = secret;
      const { headers, ...ready } = await readyBy(
        deps,
        { appId: record.appId, secretText },
        { at, waitSeconds },
      );
      return done({
        status: 201,
        headers: { ...NOT_CACHED, ...headers },
        body: {
          ...showInformation({ record, displayName, secrets: [secret], token }, deps.advice),
          client_secret: secretText,
          client_secret_expires_at: toSeconds(secret.expiresAt),
          ...ready,
        },
      });
    },
  );
