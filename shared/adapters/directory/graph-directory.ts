import { type Client, GraphError } from "@microsoft/microsoft-graph-client";
import type { Role, SignInAudience } from "../../clients/client.ts";
import type { ClientDirectory } from "../../clients/ports.ts";
import type { SecretDirectory } from "../../clients/secret-directory.ts";
import { AddedPassword, APPLICATION_SELECT, Application, ApplicationPage } from "./application.ts";
import { readMany } from "./batch.ts";
import { isMissing, type SendDeps, type SendPolicy, send } from "./send.ts";
import { operationTag, subscriptionTag, TAG } from "./tags.ts";

export interface GraphDirectoryOptions extends SendDeps {
  readonly client: Client;
  readonly signInAudience: SignInAudience;
  readonly resourceAppId: string;
  readonly roleIds: Readonly<Record<Role, string>>;
}

/** The directory over Microsoft Graph v1.0. Needs `Application.ReadWrite.OwnedBy` and nothing more. */
export function graphDirectory(options: GraphDirectoryOptions): ClientDirectory & SecretDirectory {
  const { client, roleIds } = options;
  const call = <T>(policy: SendPolicy, request: (perhapsDone: boolean) => Promise<T>) =>
    send(options, policy, request);
  const application = (id: string) => client.api(`/applications/${id}`);

  const get: ClientDirectory["get"] = (id, expected) =>
    unlessMissing(async () =>
      Application.parse(
        await call({ repeatable: true, expected }, () =>
          application(id).select(APPLICATION_SELECT).get(),
        ),
      ),
    );

  return {
    get,
    create: async ({ operationId, subscription, displayName, roles }) => {
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
      return Application.parse(
        await call({ repeatable: false }, () => client.api("/applications").post(body)),
      );
    },
    findByOperation: async (operationId) => {
      const answer = await call({ repeatable: true }, () =>
        client
          .api("/applications")
          .filter(`tags/any(t:t eq '${operationTag(operationId)}')`)
          .select(APPLICATION_SELECT)
          .get(),
      );
      return ApplicationPage.parse(answer).value[0];
    },
    getMany: (ids) => readMany(options, client, ids),
    rename: (id, displayName, expected) =>
      found(() =>
        call({ repeatable: true, expected }, () => application(id).patch({ displayName })),
      ),
    delete: (id, expected) =>
      found(() =>
        call({ repeatable: true, expected }, (perhapsDone) =>
          unlessDone(perhapsDone, 404, () => application(id).delete()),
        ),
      ),
    addSecret: async (clientId, { displayName, createdAt, expiresAt }, expected) => {
      const body = {
        passwordCredential: {
          displayName,
          startDateTime: createdAt.toISOString(),
          endDateTime: expiresAt.toISOString(),
        },
      };
      try {
        const answer = await call({ repeatable: false, expected }, () =>
          client.api(`/applications/${clientId}/addPassword`).post(body),
        );
        const added = AddedPassword.parse(answer);
        return {
          keyId: added.keyId,
          displayName: added.displayName ?? displayName,
          hint: added.hint ?? "",
          createdAt: added.startDateTime,
          expiresAt: added.endDateTime,
          secretText: added.secretText,
        };
      } catch (error) {
        return addRefusal(error);
      }
    },
    removeSecret: async (clientId, keyId, expected) => {
      try {
        await call({ repeatable: true, expected }, (perhapsDone) =>
          unlessDone(perhapsDone, 400, () =>
            client.api(`/applications/${clientId}/removePassword`).post({ keyId }),
          ),
        );
        return "removed";
      } catch (error) {
        if (isMissing(error)) return "client-not-found";
        // The key id is well-formed and the body holds nothing else: 400 can only mean that no secret has it.
        if (error instanceof GraphError && error.statusCode === 400) return "secret-not-found";
        throw error;
      }
    },
    secretsOf: async (clientId, expected) => (await get(clientId, expected))?.secrets,
  };
}

/** Policies answer with a code of their own; the limit of secrets answers 400 and only its message tells (facts vary). */
function addRefusal(error: unknown) {
  if (!(error instanceof GraphError)) throw error;
  if (isMissing(error)) return "not-found";
  if (error.code === "CredentialInvalidLifetimeAsPerAppPolicy") return "lifetime-forbidden";
  if (error.code === "CredentialTypeNotAllowedAsPerAppPolicy") return "type-forbidden";
  // No other 400 is left: the body is ours and was validated. The limit's own code is not documented.
  if (error.statusCode === 400) return "limit-reached";
  throw error;
}

/** After an attempt whose answer was lost, "not there" (`status`) means that it got through: what was to go has gone. */
async function unlessDone(
  perhapsDone: boolean,
  status: number,
  remove: () => Promise<unknown>,
): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (perhapsDone && error instanceof GraphError && error.statusCode === status) return;
    throw error;
  }
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const found = async (change: () => Promise<unknown>): Promise<boolean> =>
  (await unlessMissing(async () => {
    await change();
    return true;
  })) ?? false;
