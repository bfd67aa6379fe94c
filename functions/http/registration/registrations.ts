import { done, type Outcome, refused } from "../../../shared/base/outcome.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { expectedClient } from "../../../shared/clients/expected-client.ts";
import { heldOf } from "../../../shared/clients/known-secrets.ts";
import type { ClientDirectory, ClientRecords } from "../../../shared/clients/ports.ts";
import type { RegisteredClient } from "../../../shared/clients/registration-token.ts";
import type { TokenEndpoint } from "../../../shared/clients/token-endpoint.ts";
import type { ChangeDeps } from "../../../shared/operations/admission/change.ts";
import { type DeleteDeps, deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import type { Registrant } from "../../edge/caller.ts";
import { NOT_CACHED } from "../../edge/oauth-error.ts";
import type { Refusal } from "../../edge/refusal.ts";
import type { Reply } from "../../edge/reply.ts";
import { route } from "../../edge/route.ts";
import { type MetadataDeps, registrationUpdateBody, rolesIn } from "./registration-metadata.ts";
import {
  ClientInformationShape,
  type RegistrationAdvice,
  showInformation,
} from "./registration-shapes.ts";

/** RFC 7592: a registered client manages itself by its registration access token. */

interface ReadDeps {
  readonly records: Pick<ClientRecords, "client">;
  readonly directory: Pick<ClientDirectory, "get">;
  readonly advice: RegistrationAdvice;
}

/** Of a client that has gone the RFC demands 401 (section 2.1), whoever has deleted it. */
const GONE = { reason: "unauthenticated", presented: true } as const satisfies Refusal;

const orGone = <T, R extends Refusal>(outcome: Outcome<T, R>): Outcome<T, Refusal> =>
  !outcome.ok && outcome.refusal.reason === "not-found" ? refused(GONE) : outcome;

/** As the directory has it now. One directory call. */
async function information(
  { records, directory, advice }: ReadDeps,
  { client: record, token }: Registrant,
): Promise<Outcome<Reply, Refusal>> {
  const found = await directory.get(record.id, expectedClient(records, record));
  if (!found) return refused(GONE);
  const { displayName, secrets } = found;
  const body = showInformation({ record, displayName, secrets, token }, advice);
  return done({ status: 200, headers: NOT_CACHED, body });
}

export const registrationGet = (deps: ReadDeps) =>
  route(
    {
      name: "registration-get",
      operationId: "getRegistration",
      method: "GET",
      path: "/register/{appId}",
      access: "registration",
      errors: "oauth",
      summary: "Read a registration, as RFC 7592 has it",
      description: "The client as it is now. Its secret is kept nowhere and cannot be shown again.",
      replies: { 200: { description: "The client", schema: ClientInformationShape } },
      problems: ["directory-throttled"],
    },
    ({ caller }) => information(deps, caller),
  );

export const registrationUpdate = (
  deps: ReadDeps & ChangeDeps & MetadataDeps & { readonly tokenEndpoint: TokenEndpoint },
) =>
  route(
    {
      name: "registration-update",
      operationId: "updateRegistration",
      method: "PUT",
      path: "/register/{appId}",
      access: "registration",
      errors: "oauth",
      summary: "Update a registration, as RFC 7592 has it",
      description:
        "Sets the client's name. All else stays as it was registered: what asks for something else is refused, what is left out is left as it is. Read-only members must not be sent.",
      body: registrationUpdateBody(deps),
      replies: { 200: { description: "The client", schema: ClientInformationShape } },
      problems: [
        "client-busy",
        "name-not-allowed",
        "rate-limited",
        "share-used-up",
        "directory-throttled",
      ],
    },
    async ({ caller, by, body }) => {
      const { client } = caller;
      const wrong =
        unlikeRegistered(client, body, deps.resourceScope) ??
        (await wrongSecret(deps, client, body.client_secret));
      if (wrong) return refused(wrong);
      if (!body.client_name) return information(deps, caller);
      const { subscription, id: clientId } = client;
      const displayName = body.client_name;
      const renamed = await renameClient(deps, { subscription, by, clientId, displayName });
      if (!renamed.ok) return orGone(renamed);
      const shown = {
        record: { ...renamed.value, registration: client.registration },
        displayName,
        secrets: heldOf(renamed.value).filter(({ kind }) => !kind),
        token: caller.token,
      };
      return done({ status: 200, headers: NOT_CACHED, body: showInformation(shown, deps.advice) });
    },
  );

export const registrationDelete = (deps: DeleteDeps) =>
  route(
    {
      name: "registration-delete",
      operationId: "deleteRegistration",
      method: "DELETE",
      path: "/register/{appId}",
      access: "registration",
      errors: "oauth",
      summary: "Delete a registered client, as RFC 7592 has it",
      description:
        "Deletes the client: its secrets and this token are good no more. The customer can restore it within 30 days; the token does not come back with it.",
      replies: { 204: { description: "Deleted" } },
      problems: ["client-busy", "rate-limited", "share-used-up", "directory-throttled"],
    },
    async ({ caller, by }) => {
      const { subscription, id: clientId } = caller.client;
      const deleted = await deleteClient(deps, { subscription, by, clientId });
      return deleted.ok ? done({ status: 204, headers: NOT_CACHED }) : orGone(deleted);
    },
  );

const wrongField = (name: string, message: string): Refusal => ({
  reason: "invalid-request",
  errors: [{ field: `/${name}`, message }],
});

/** What a client asks for that it was not registered with, and cannot be given any more. */
function unlikeRegistered(
  { appId, roles }: RegisteredClient,
  body: {
    readonly client_id: string;
    readonly scope?: string | null | undefined;
  },
  resourceScope: string,
): Refusal | undefined {
  if (body.client_id !== appId) return wrongField("client_id", "must be the client's own");
  const asked = rolesIn(body.scope, resourceScope);
  const isAnother = asked && asked.join(" ") !== [...roles].sort().join(" ");
  return isAnother ? wrongField("scope", "must be as it was registered") : undefined;
}

/** Longest time that the token endpoint is asked for whether it takes a secret, in milliseconds. */
const ASK_MS = 5_000;

/** The RFC has a secret that is sent match the one that was issued; nobody but the token endpoint knows which that is. */
async function wrongSecret(
  { tokenEndpoint }: { readonly tokenEndpoint: TokenEndpoint },
  { appId }: RegisteredClient,
  secretText: string | null | undefined,
): Promise<Refusal | undefined> {
  if (!secretText) return undefined;
  const said = await tokenEndpoint.tryOut({ appId, secretText }, ASK_MS);
  if (said.kind === "unsaid") throw new RemoteUnavailable("identity", { executed: "no" });
  return said.kind === "refused"
    ? wrongField("client_secret", "must be one that works; leave it out")
    : undefined;
}
