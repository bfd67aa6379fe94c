import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import type { CertificateDirectory } from "../../clients/certificate-directory.ts";
import type { Role, SignInAudience } from "../../clients/client.ts";
import type { FederatedDirectory } from "../../clients/federated/federated-directory.ts";
import type { ClientDirectory, CreatedClient } from "../../clients/ports.ts";
import { idsIn, type RoleApi } from "../../clients/role-api.ts";
import type { SecretDirectory } from "../../clients/secret-directory.ts";
import { Application, ApplicationWithSecret, selectionOf, Tagged } from "./application.ts";
import { readMany } from "./batch.ts";
import { certificatesInGraph } from "./certificates-in-graph.ts";
import { deletedInGraph } from "./deleted-in-graph.ts";
import { federatedInGraph } from "./federated-in-graph.ts";
import { findByOperation } from "./find-by-operation.ts";
import { json } from "./json.ts";
import { withLongest } from "./longest-lifetime.ts";
import { isBadRequest, isMissing, type Refused } from "./refusal.ts";
import { passwordCredential, secretsInGraph } from "./secrets-in-graph.ts";
import { ask, type SendDeps, send } from "./send.ts";
import { leadOf, operationTag, subscriptionTag, TAG } from "./tags.ts";
import { unlessAbsent } from "./unless-absent.ts";

export interface GraphDirectoryOptions extends SendDeps {
  readonly client: Client;
  readonly signInAudience: SignInAudience;
  /** Whether clients may have certificates, so that they are read. */
  readonly certificates: boolean;
  /** The APIs whose roles clients ask for. */
  readonly apis: readonly RoleApi[];
}

/** What 204 comes to. A body where none is expected is not Graph's. */
const NO_CONTENT = z.undefined();

/** The directory over Microsoft Graph v1.0. Needs `Application.ReadWrite.OwnedBy` and nothing more. */
export function graphDirectory(
  options: GraphDirectoryOptions,
): ClientDirectory & SecretDirectory & CertificateDirectory & FederatedDirectory {
  const { client } = options;
  const application = (id: string) => json(client, `/applications/${id}`);

  const get: ClientDirectory["get"] = (id, expected) =>
    unlessAbsent(() =>
      ask(options, { answer: Application, expected }, () =>
        application(id).query(selectionOf(options.certificates)).get(),
      ),
    );

  return {
    get,
    create: async ({ operationId, subscription, displayName, roles, secret }) => {
      const body = {
        displayName,
        signInAudience: options.signInAudience,
        api: { requestedAccessTokenVersion: 2 },
        requiredResourceAccess: requiredAccess(options.apis, roles),
        tags: [TAG, operationTag(operationId), subscriptionTag(subscription)],
        // Graph reference, "Create application", example 2.
        ...(secret && { passwordCredentials: [passwordCredential(secret)] }),
      };
      const answer: z.ZodType<CreatedClient> = secret ? ApplicationWithSecret : Application;
      const policy = { repeatable: false, answer, refusal: nameOfNew };
      const made = await send(options, policy, () => json(client, "/applications").post(body));
      return withLongest(options, "passwordLifetime", made);
    },
    findByOperation: (operationId, subscription) =>
      findByOperation(options, client, operationId, subscription),
    getMany: (ids) => readMany(options, client, ids, selectionOf(options.certificates)),
    locate: async (appId) => {
      const found = await unlessAbsent(() =>
        ask(options, { answer: Tagged }, () =>
          json(client, `/applications(appId='${appId}')`).select("id,tags").get(),
        ),
      );
      return found && leadOf(found.id, found.tags);
    },
    rename: (id, displayName, expected) =>
      send(options, { repeatable: true, answer: NO_CONTENT, expected, refusal: newName }, () =>
        application(id).patch({ displayName }),
      ),
    setDisabled: (id, isDisabled, expected) =>
      send(options, { repeatable: true, answer: NO_CONTENT, expected }, () =>
        application(id).patch({ isDisabled }),
      ),
    delete: (id, expected) =>
      send(
        options,
        {
          repeatable: true,
          answer: NO_CONTENT,
          expected,
          // What was to go has gone.
          gotThrough: (refused) => (isMissing(refused) ? { value: undefined } : undefined),
        },
        () => application(id).delete(),
      ),
    ...deletedInGraph(options, client),
    ...secretsInGraph(options, get),
    ...certificatesInGraph(options),
    ...federatedInGraph(options),
  };
}

/** An entry for each API of which it asks for something: an administrator's one consent is to all of them. */
const requiredAccess = (apis: readonly RoleApi[], roles: readonly Role[]) =>
  apis
    .map((api) => ({
      resourceAppId: api.appId,
      resourceAccess: idsIn(api, roles).map((id) => ({ id, type: "Role" })),
    }))
    .filter(({ resourceAccess }) => resourceAccess.length > 0);

const NAME = { reason: "name-not-allowed" } as const;

/** The code says no more than "bad request"; of what is sent only the name is a customer's, and the text names what is at fault. */
const nameOfNew = (refused: Refused) =>
  isBadRequest(refused) && /display ?name/i.test(refused.message) ? NAME : undefined;

/** A rename sends nothing but the name. */
const newName = (refused: Refused) => (isBadRequest(refused) ? NAME : undefined);
