import type { Client } from "@microsoft/microsoft-graph-client";
import { withDeadline } from "../../base/deadline.ts";
import { type RoleApi, roleIn } from "../../clients/role-api.ts";
import type { ConsentDirectory, ConsentSubject, Grant, GrantStatus } from "../../consent/ports.ts";
import { carriedRoles } from "./carried-roles.ts";
import {
  AppRoleAssignments,
  ASSIGNMENT_SELECT,
  Identified,
  RegistrationsPage,
} from "./consent-answers.ts";
import { grantRoles } from "./consent-grant.ts";
import { allPages } from "./consent-pages.ts";
import { revokeRoles } from "./consent-revoke.ts";
import { isExpired } from "./expired-page.ts";
import { type PartAnswer, readParts } from "./graph-batch.ts";
import { json } from "./json.ts";
import { type OfferedApi, offeredApis } from "./offered-apis.ts";
import { expandedPrincipalsOf, principalsOf } from "./principals-of.ts";
import { doneOrThrow, type SendDeps, send } from "./send.ts";
import { leadOf, TAG } from "./tags.ts";

export interface ConsentDirectoryOptions extends SendDeps {
  readonly client: Client;
  /** The company's first. */
  readonly apis: readonly RoleApi[];
}

/** The largest page Graph gives. */
const PAGE_SIZE = 999;

type Part = PartAnswer<AppRoleAssignments | Identified>;

/**
 * Grants as Graph shows them: assignments of the APIs' app roles to the clients' service principals. Reading needs
 * `Application.ReadWrite.OwnedBy`; `grant` needs `AppRoleAssignment.ReadWrite.All` besides. A client about which the directory
 * refuses to answer is missing from what `see` and `granted` answer: nothing is known of it now.
 */
export function consentDirectory(options: ConsentDirectoryOptions): ConsentDirectory {
  const { client } = options;
  const offered = offeredApis(options);

  /** Of every API: what was not asked for is told of. @param principal `(appId='…')` or `/<id>` */
  const assignmentsOf = (clientId: string, principal: string) => ({
    id: clientId,
    url: `/servicePrincipals${principal}/appRoleAssignments?$select=${ASSIGNMENT_SELECT}`,
    answer: AppRoleAssignments,
  });

  /** What was granted. A page without a role is no "no" while there is another one. Nothing: nothing was, or it is not known. */
  const grantOf = async (
    subject: ConsentSubject,
    part: Part | undefined,
  ): Promise<Grant | undefined> => {
    if (part?.kind !== "found" || !("value" in part.body)) return undefined;
    const value = await allPages(options, client, AppRoleAssignments, part.body);
    const principalId = value[0]?.principalId;
    if (principalId === undefined) return undefined;
    return { principalId, ...carriedRoles(await offered(), subject, value) };
  };

  /** Nothing when either part was refused. */
  const statusOf = async (
    subject: ConsentSubject,
    application: Part | undefined,
    assignments: Part | undefined,
  ): Promise<GrantStatus | undefined> => {
    if (application?.kind === "absent") return { status: "absent" };
    if (application?.kind !== "found" || !assignments || assignments.kind === "refused")
      return undefined;
    const { principalId, complete, excess } = (await grantOf(subject, assignments)) ?? {};
    const also = excess && { excess };
    return complete && principalId !== undefined
      ? { status: "granted", principalId, ...also }
      : { status: "not-granted", ...also };
  };

  return {
    see: async (subjects) => {
      const parts = await readParts<AppRoleAssignments | Identified>(
        options,
        client,
        subjects.flatMap((subject) => [
          assignmentsOf(subject.clientId, `(appId='${subject.appId}')`),
          {
            id: `app-${subject.clientId}`,
            url: `/applications/${subject.clientId}?$select=id`,
            answer: Identified,
          },
        ]),
      );
      const statuses = new Map<string, GrantStatus>();
      for (const subject of subjects) {
        const { clientId } = subject;
        const status = await statusOf(subject, parts.get(`app-${clientId}`), parts.get(clientId));
        if (status) statuses.set(clientId, status);
      }
      return statuses;
    },
    granted: async (subjects) => {
      const granted = new Map<string, Grant>();
      const appIds = subjects.map(({ appId }) => appId);
      const principals = await principalsOf(options, client, appIds);
      if (principals.size === 0) return granted;
      const present = subjects.flatMap((subject) => {
        const principalId = principals.get(subject.appId.toLowerCase());
        return principalId === undefined ? [] : [{ subject, principalId }];
      });
      const parts = await readParts(
        options,
        client,
        present.map(({ subject, principalId }) =>
          assignmentsOf(subject.clientId, `/${principalId}`),
        ),
      );
      for (const { subject } of present) {
        const grant = await grantOf(subject, parts.get(subject.clientId));
        if (grant) granted.set(subject.clientId, grant);
      }
      return granted;
    },
    carried: async (subjects) => {
      const carried = new Map<string, Grant>();
      const own = await offered();
      const appIds = subjects.map(({ appId }) => appId);
      const principals = await expandedPrincipalsOf(options, client, appIds);
      for (const subject of subjects) {
        const found = principals.get(subject.appId.toLowerCase());
        if (!found) continue;
        const { principalId, assignments } = found;
        carried.set(subject.clientId, {
          principalId,
          ...carriedRoles(own, subject, assignments),
        });
      }
      return carried;
    },
    assignments: async (from) => {
      const lists = grantLists(await offered());
      const url = from ?? lists[0]?.url;
      if (url === undefined) return { items: [] };
      const answer = await send(options, { repeatable: true, answer: AppRoleAssignments }, () =>
        json(client, url).get(),
      );
      if (from !== undefined && isExpired(answer)) return "expired";
      const { value, "@odata.nextLink": link } = doneOrThrow(answer);
      const at = lists.findIndex(({ isOf }) => isOf(url));
      const next = link ?? lists[at + 1]?.url;
      const api = lists[at]?.api;
      return {
        items: value.map(({ principalId, appRoleId }) => ({
          principalId,
          role: (api && roleIn(api, appRoleId)) ?? ("other" as const),
        })),
        ...(next !== undefined && { next }),
      };
    },
    registrations: async (from) => {
      const first = `/applications?$filter=tags/any(t:t eq '${TAG}')&$top=${PAGE_SIZE}&$select=id,tags`;
      const answer = await send(options, { repeatable: true, answer: RegistrationsPage }, () =>
        json(client, from ?? first).get(),
      );
      if (from !== undefined && isExpired(answer)) return "expired";
      const { value, "@odata.nextLink": next } = doneOrThrow(answer);
      const items = value.map(({ id, tags }) => {
        const lead = leadOf(id, tags);
        return { clientId: id, ...(lead && { lead }) };
      });
      return { items, ...(next !== undefined && { next }) };
    },
    revoke: (subject) =>
      withDeadline(options.budgetMs, async () => revokeRoles(options, subject, await offered())),
    grant: (subject, expected) =>
      withDeadline(options.budgetMs, async () =>
        grantRoles({ ...options, apis: await offered() }, subject, expected),
      ),
  };
}

/**
 * All that is granted, an API after the other. A link to more, which is the directory's own, says whose list it is of in its path.
 */
const grantLists = (apis: readonly OfferedApi[]) =>
  apis.flatMap((api) => {
    if (api.resourceId === undefined) return [];
    const list = `/servicePrincipals/${api.resourceId}/appRoleAssignedTo`;
    const url = `${list}?$top=${PAGE_SIZE}&$select=${ASSIGNMENT_SELECT}`;
    return [{ api, url, isOf: (link: string) => link.toLowerCase().includes(list.toLowerCase()) }];
  });
