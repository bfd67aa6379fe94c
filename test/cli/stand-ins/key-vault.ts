import { randomUUID } from "node:crypto";
import * as z from "zod";
import { type Answer, type Asked, standIn } from "../support/stand-in.ts";

const TOKEN = "a-token-for-the-vault";
const RESOURCE = "https://vault.azure.net";
const SetParameters = z.strictObject({
  value: z.string(),
  contentType: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  attributes: z.strictObject({ enabled: z.boolean().optional() }).optional(),
});
type Version = z.infer<typeof SetParameters> & { readonly id: string };

const refuse = (status: number, code: string, inner?: string): Answer => ({
  status,
  body: { error: { code, message: code, ...(inner && { innererror: { code: inner } }) } },
});

/**
 * A vault's secrets (learn.microsoft.com/rest/api/keyvault/secrets): whoever brings no token is told for whom to get one, and sends
 * its body again with it.
 */
export function keyVaultStandIn(origin: () => string) {
  const state = {
    versions: new Map<string, Version[]>(),
    deleted: false,
    mayWrite: true,
    challenges: 0,
  };
  const answer = ({ method, path, headers, body }: Asked): Answer => {
    const { pathname, searchParams } = new URL(path, origin());
    if (headers.authorization !== `Bearer ${TOKEN}`) {
      state.challenges += 1;
      const challenge = `Bearer authorization="https://login.microsoftonline.com/${randomUUID()}", resource="${RESOURCE}"`;
      return { ...refuse(401, "Unauthorized"), headers: { "www-authenticate": challenge } };
    }
    if (!searchParams.has("api-version")) return refuse(400, "BadParameter");
    const [, name] = /^\/secrets\/([0-9a-zA-Z-]{1,127})\/?$/.exec(pathname) ?? [];
    if (name === undefined) return refuse(404, "NotFound");
    const versions = state.versions.get(name) ?? [];
    if (method === "GET") {
      const found = versions.at(-1);
      return found && !state.deleted ? shown(found) : refuse(404, "SecretNotFound");
    }
    if (method !== "PUT") return refuse(405, "MethodNotAllowed");
    if (!state.mayWrite) return refuse(403, "Forbidden", "ForbiddenByRbac");
    if (state.deleted) return refuse(409, "Conflict", "ObjectIsDeletedButRecoverable");
    const set = SetParameters.safeParse(body);
    if (!set.success) return refuse(400, "BadParameter");
    const { attributes: _, ...written } = set.data;
    const id = `${origin()}/secrets/${name}/${randomUUID().replaceAll("-", "")}`;
    state.versions.set(name, [...versions, { ...written, id }]);
    return shown({ ...written, id });
  };
  return { state, answer, current: () => state.versions.get("nightly")?.at(-1)?.value };
}

const shown = (version: Version): Answer => ({
  status: 200,
  body: { ...version, attributes: { enabled: true, recoveryLevel: "Recoverable+Purgeable" } },
});

/**
 * What a program in Azure App Service or Functions gets its identity's tokens from, by two variables
 * (learn.microsoft.com/azure/app-service/overview-managed-identity, REST endpoint reference).
 */
export async function managedIdentity() {
  const server = await standIn(({ path, headers }) => {
    const { searchParams } = new URL(path, "http://127.0.0.1");
    if (headers["x-identity-header"] !== "a-header") return { status: 401, body: {} };
    if (searchParams.get("resource") !== RESOURCE) return { status: 400, body: {} };
    const expires_on = `${Math.floor(Date.now() / 1_000) + 3_600}`;
    const token = { access_token: TOKEN, token_type: "Bearer", resource: RESOURCE, expires_on };
    return { status: 200, body: token };
  });
  return {
    close: server.close,
    environment: {
      IDENTITY_ENDPOINT: `${server.origin}/msi/token`,
      IDENTITY_HEADER: "a-header",
      AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
    },
  };
}
