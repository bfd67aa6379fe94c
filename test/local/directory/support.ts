import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { type LocalDirectory, startDirectory } from "../../../infra/local/directory/start.ts";
import { openTap } from "../../../infra/local/tap.ts";

/** A JSON value whose shape the assertion checks. */
export type Json = Record<string, unknown>;

export interface GraphAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

type StartOptions = Partial<Parameters<typeof startDirectory>[0]>;

/** A directory on free ports with data of its own, and the two callers that tests speak as. */
export async function openTestDirectory(options: StartOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-directory-"));
  const start = (more: StartOptions = {}): Promise<LocalDirectory> =>
    startDirectory({
      httpPort: 0,
      httpsPort: 0,
      dataFile: join(folder, "directory.sqlite"),
      certificatesFolder: join(folder, "certificates"),
      tap: openTap,
      ...options,
      ...more,
    });
  const directory = await start();
  const administrator = await directory.issueAdministratorGraphToken();
  const backend = options.pristine ? "" : await backendToken(directory);
  return {
    directory,
    folder,
    start,
    administrator,
    backend,
    /** Calls Graph as the backend. */
    graph: (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      graph(directory, backend, method, path, body, headers),
    /** Calls Graph as the administrator. */
    admin: (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      graph(directory, administrator, method, path, body, headers),
    close: async () => {
      await directory.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function graph(
  directory: Pick<LocalDirectory, "graph">,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<GraphAnswer> {
  const url = path.startsWith("http") ? path : `${directory.graph}${path}`;
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? {} : (JSON.parse(text) as Json),
  };
}

export async function postForm(
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Json }> {
  const response = await fetch(url, {
    method: "POST",
    headers,
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

/** The tenant's own token endpoint, over http. */
export const tenantTokenEndpoint = (directory: LocalDirectory): string =>
  `${directory.origin}/${setting(directory, "DIRECTORY_TENANT_ID")}/oauth2/v2.0/token`;

export function setting(directory: LocalDirectory, name: string): string {
  const value = directory.settings[name];
  if (value === undefined) throw new Error(`The setting ${name} is missing`);
  return value;
}

export async function backendToken(directory: LocalDirectory): Promise<string> {
  const { body } = await postForm(tenantTokenEndpoint(directory), {
    grant_type: "client_credentials",
    client_id: setting(directory, "DIRECTORY_CLIENT_ID"),
    client_secret: setting(directory, "DIRECTORY_CLIENT_SECRET"),
    scope: "https://graph.microsoft.com/.default",
  });
  return text(body, "access_token");
}

export function text(body: Json, name: string): string {
  const value = body[name];
  if (typeof value !== "string") throw new Error(`${name} is no text: ${JSON.stringify(body)}`);
  return value;
}

/** The items of a list answer. */
export function items(answer: GraphAnswer): Json[] {
  const { value } = answer.body;
  if (!Array.isArray(value)) throw new Error(`No list: ${JSON.stringify(answer.body)}`);
  return value as Json[];
}

export const claims = (token: string): Json => decodeJwt(token);

export const errorCode = (answer: { body: Json }): unknown =>
  (answer.body["error"] as Json | undefined)?.["code"];

export const errorMessage = (answer: { body: Json }): string =>
  String((answer.body["error"] as Json | undefined)?.["message"]);

/** What the product registers for a customer. */
export const aClient = (directory: LocalDirectory, more: Json = {}): Json => ({
  displayName: "A client",
  signInAudience: "AzureADandPersonalMicrosoftAccount",
  requiredResourceAccess: [
    {
      resourceAppId: setting(directory, "RESOURCE_APP_ID"),
      resourceAccess: [{ id: setting(directory, "APP_READ_ROLE_ID"), type: "Role" }],
    },
  ],
  ...more,
});
