import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import type { CertificateDirectory } from "../../clients/certificate-directory.ts";
import type { Role, SignInAudience } from "../../clients/client.ts";
import type { ClientDirectory } from "../../clients/ports.ts";
import type { SecretDirectory } from "../../clients/secret-directory.ts";
import { Application, selectionOf, Tagged } from "./application.ts";
import { readMany } from "./batch.ts";
import { certificatesInGraph } from "./certificates-in-graph.ts";
import { deletedInGraph } from "./deleted-in-graph.ts";
import { findByOperation } from "./find-by-operation.ts";
import { json } from "./json.ts";
import { isBadRequest, isMissing, type Refused } from "./refusal.ts";
import { secretsInGraph } from "./secrets-in-graph.ts";
import { ask, type SendDeps, send } from "./send.ts";
import { leadOf, operationTag, subscriptionTag, TAG } from "./tags.ts";
import { unlessAbsent } from "./unless-absent.ts";

export interface GraphDirectoryOptions extends SendDeps {
  readonly client: Client;
  readonly signInAudience: SignInAudience;
  /** Whether clients may have certificates, so that they are read. */
  readonly certificates: boolean;
  readonly resourceAppId: string;
  readonly roleIds: Readonly<Record<Role, string>>;
}

/** What 204 comes to. A body where none is expected is not Graph's. */
const NO_CONTENT = z.undefined();

/** The directory over Microsoft Graph v1.0. Needs `Application.ReadWrite.OwnedBy` and nothing more. */
export function graphDirectory(
  options: GraphDirectoryOptions,
): ClientDirectory & SecretDirectory & CertificateDirectory {
  const { client, roleIds } = options;
  const application = (id: string) => json(client, `/applications/${id}`);

  const get: ClientDirectory["get"] = (id, expected) =>
    unlessAbsent(() =>
      ask(options, { answer: Application, expected }, () =>
        application(id).query(selectionOf(options.certificates)).get(),
      ),
    );

  return {
    get,
    create: ({ operationId, subscription, displayName, roles }) => {
      const body = {
        displayName,
        signInAudience: options.signInAudience,
        api: { requestedAccessTokenVersion: 2 },
        requiredResourceAccess: [
          {
            resourceAppId: options.resourceAppId,
            resourceAccess: roles.map((role) => ({ id: roleIds[role], type: "Role" })),
          },
        ],
        tags: [TAG, operationTag(operationId), subscriptionTag(subscription)],
      };
      const policy = { repeatable: false, answer: Application, refusal: nameOfNew };
      return send(options, policy, () => json(client, "/applications").post(body));
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
  };
}

const NAME = { reason: "name-not-allowed" } as const;

/** The code says no more than "bad request"; of what is sent only the name is a customer's, and the text names what is at fault. */
const nameOfNew = (refused: Refused) =>
  isBadRequest(refused) && /display ?name/i.test(refused.message) ? NAME : undefined;

/** A rename sends nothing but the name. */
const newName = (refused: Refused) => (isBadRequest(refused) ? NAME : undefined);
