import { afterAll, inject } from "vitest";
import * as z from "zod";
import { GRAPH_ROLES } from "../../../infra/local/directory/principals/graph-principal.ts";
import { type LocalDirectory, startDirectory } from "../../../infra/local/directory/start.ts";
import { openTap } from "../../../infra/local/tap.ts";
import { consentDirectory } from "../../../shared/adapters/directory/consent-directory.ts";
import { graphDirectory } from "../../../shared/adapters/directory/graph-directory.ts";
import { graphClient } from "../../../shared/adapters/directory/transport.ts";
import { cachedToken } from "../../../shared/adapters/identity/cached-token.ts";
import { directoryCredential } from "../../../shared/adapters/identity/credentials.ts";
import { systemRuntime } from "../../../shared/base/runtime.ts";
import type { Role } from "../../../shared/clients/client.ts";
import type { RoleApi } from "../../../shared/clients/role-api.ts";
import type { ConsentDirectory, ConsentSubject } from "../../../shared/consent/ports.ts";
import { readSettings } from "../../../shared/settings/settings.ts";
import { memoryConsentDirectory } from "../../doubles/memory-consent-directory.ts";
import { newId } from "../../support/samples.ts";
import { doneOrFail } from "./answers.ts";
import { UNUSED } from "./targets.ts";

/** A client in the directory, as a create has made it. */
export interface MadeClient extends ConsentSubject {
  readonly createdAt: Date;
}

/** What the contract of grants is run on, and what an administrator can do there. */
export interface OpenConsentTarget {
  readonly consent: ConsentDirectory;
  make(roles: readonly Role[]): Promise<MadeClient>;
  delete(client: MadeClient): Promise<void>;
  /** Assigns a role of the resource API, or one of another API: what that one is called is answered. */
  assign(client: MadeClient, role: Role | "of another API"): Promise<{ readonly role: string }>;
  withdraw(client: MadeClient, role: Role): Promise<void>;
}

export interface ConsentTarget {
  readonly name: string;
  open(): Promise<OpenConsentTarget>;
}

const Assigned = z.object({
  value: z.array(z.object({ id: z.string(), appRoleId: z.string() })),
});
const Principal = z.object({ id: z.guid() });

/** The local directory, and the adapter on it. */
export async function openLocal() {
  const local: LocalDirectory = await startDirectory({
    httpPort: 0,
    httpsPort: 0,
    dataFile: ":memory:",
    certificatesFolder: inject("certificatesFolder"),
    tap: openTap,
  });
  afterAll(() => local.stop());
  const settings = readSettings({ ...UNUSED, ...local.settings });
  const tokens = cachedToken(
    directoryCredential(settings.directory),
    settings.directory.graphScope,
    Date.now,
  );
  const graph = {
    client: graphClient(settings.directory.graphBaseUrl, tokens),
    apis: settings.roleApis,
    runtime: systemRuntime,
    budgetMs: 20_000,
  };
  const clients = graphDirectory({
    certificates: true,
    ...graph,
    signInAudience: settings.clientSignInAudience,
  });
  const make = async (roles: readonly Role[]): Promise<MadeClient> => {
    const made = doneOrFail(
      await clients.create({
        operationId: newId(),
        subscription: "contract tests",
        displayName: "A client",
        roles,
      }),
    );
    return { clientId: made.id, appId: made.appId, roles, createdAt: made.createdAt };
  };
  return { local, settings, clients, make, consent: consentDirectory(graph) };
}

async function openGraph(): Promise<OpenConsentTarget> {
  const { local, settings, consent, clients, make } = await openLocal();
  const token = await local.issueAdministratorGraphToken();
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${local.graph}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return text === "" ? undefined : JSON.parse(text);
  };
  const principal = async (appId: string): Promise<string> => {
    const path = `/servicePrincipals(appId='${appId}')`;
    const found = Principal.safeParse(await ask("GET", path));
    return found.success
      ? found.data.id
      : Principal.parse(await ask("POST", "/servicePrincipals", { appId })).id;
  };
  const GRAPH_APP = "00000003-0000-0000-c000-000000000000";
  const apiOf = (role: Role): RoleApi =>
    settings.roleApis.find(({ roleIds }) => role in roleIds) ?? settings.resource;
  const roleOf = (role: Role | "of another API"): string =>
    role === "of another API"
      ? GRAPH_ROLES["Application.ReadWrite.OwnedBy"]
      : (apiOf(role).roleIds[role] ?? "");
  return {
    consent,
    make,
    delete: async ({ clientId, createdAt }) => {
      doneOrFail(await clients.delete(clientId, { createdAt }));
    },
    assign: async ({ appId }, role) => {
      const principalId = await principal(appId);
      const resourceId = await principal(role === "of another API" ? GRAPH_APP : apiOf(role).appId);
      const appRoleId = roleOf(role);
      const path = `/servicePrincipals/${principalId}/appRoleAssignments`;
      await ask("POST", path, { principalId, resourceId, appRoleId });
      return { role: role === "of another API" ? appRoleId : role };
    },
    withdraw: async ({ appId }, role) => {
      const path = `/servicePrincipals/${await principal(appId)}/appRoleAssignments`;
      const { value } = Assigned.parse(await ask("GET", path));
      const wanted = value.find(({ appRoleId }) => appRoleId === roleOf(role));
      await ask("DELETE", `${path}/${wanted?.id}`);
    },
  };
}

async function openMemory(): Promise<OpenConsentTarget> {
  const consent = memoryConsentDirectory(newId);
  return {
    consent,
    make: async (roles) => {
      const client = { clientId: newId(), appId: newId(), roles, createdAt: new Date() };
      consent.register(client);
      return client;
    },
    delete: async ({ clientId }) => consent.delete(clientId),
    assign: async ({ clientId }, role) => {
      const isOther = role === "of another API";
      const assigned = isOther ? { resource: "Microsoft Graph", role: newId() } : { role };
      consent.assign(clientId, [assigned]);
      return assigned;
    },
    withdraw: async ({ clientId }, role) => consent.withdraw(clientId, role),
  };
}

export const consentTargets: readonly ConsentTarget[] = [
  { name: "in memory", open: openMemory },
  { name: "over Microsoft Graph", open: openGraph },
];
