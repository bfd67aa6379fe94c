import { type Client, GraphError } from "@microsoft/microsoft-graph-client";
import { Role } from "../../clients/client.ts";
import type { ConsentDirectory, ConsentSight, ConsentSubject } from "../../consent/ports.ts";
import { AppRoleAssignments, ASSIGNMENT_SELECT, ServicePrincipal } from "./consent-answers.ts";
import { grantRoles } from "./consent-grant.ts";
import { readParts } from "./graph-batch.ts";
import { type SendDeps, send } from "./send.ts";

export interface ConsentDirectoryOptions extends SendDeps {
  readonly client: Client;
  readonly resourceAppId: string;
  readonly roleIds: Readonly<Record<Role, string>>;
}

/** The largest page Graph gives. */
const PAGE_SIZE = 999;

/**
 * Grants as Graph shows them: assignments of the resource API's app roles to the clients' service principals. Reading needs
 * `Application.ReadWrite.OwnedBy`; `grant` needs `AppRoleAssignment.ReadWrite.All` besides.
 */
export function consentDirectory(options: ConsentDirectoryOptions): ConsentDirectory {
  const { client, roleIds } = options;

  let resource: Promise<string> | undefined;
  /** The resource API's service principal: asked for once, kept as long as the process. */
  const resourceId = (): Promise<string> => {
    resource ??= send(options, { repeatable: true }, () =>
      client.api(`/servicePrincipals(appId='${options.resourceAppId}')`).select("id").get(),
    )
      .then((answer) => ServicePrincipal.parse(answer).id)
      .catch((error: unknown) => {
        resource = undefined;
        throw error;
      });
    return resource;
  };

  const roleOf = (appRoleId: string): Role | undefined =>
    Role.options.find((role) => roleIds[role] === appRoleId);

  const assignmentsOf = ({ clientId, appId }: ConsentSubject, resourceId: string) => ({
    id: clientId,
    url: `/servicePrincipals(appId='${appId}')/appRoleAssignments?$filter=resourceId%20eq%20${resourceId}&$select=${ASSIGNMENT_SELECT}`,
  });

  /** The service principal, if every role is granted to it. */
  const grantedTo = ({ roles }: ConsentSubject, body: unknown): string | undefined => {
    if (body === undefined) return undefined;
    const { value } = AppRoleAssignments.parse(body);
    const has = (role: Role) => value.some(({ appRoleId }) => appRoleId === roleIds[role]);
    return roles.every(has) ? value[0]?.principalId : undefined;
  };

  return {
    see: async (subjects) => {
      const resource = await resourceId();
      const bodies = await readParts(
        options,
        client,
        subjects.flatMap((subject) => [
          assignmentsOf(subject, resource),
          {
            id: `app-${subject.clientId}`,
            url: `/applications/${subject.clientId}?$select=id`,
          },
        ]),
      );
      return new Map(
        subjects.map((subject): [string, ConsentSight] => {
          const { clientId } = subject;
          if (!bodies.has(`app-${clientId}`)) return [clientId, { sight: "absent" }];
          const principalId = grantedTo(subject, bodies.get(clientId));
          return [
            clientId,
            principalId === undefined
              ? { sight: "not-granted" }
              : { sight: "granted", principalId },
          ];
        }),
      );
    },
    granted: async (subjects) => {
      if (subjects.length === 0) return new Map();
      const resource = await resourceId();
      const parts = subjects.map((subject) => assignmentsOf(subject, resource));
      const bodies = await readParts(options, client, parts);
      const granted = new Map<string, string>();
      for (const subject of subjects) {
        const principalId = grantedTo(subject, bodies.get(subject.clientId));
        if (principalId !== undefined) granted.set(subject.clientId, principalId);
      }
      return granted;
    },
    assignments: async (from) => {
      const first = `/servicePrincipals/${await resourceId()}/appRoleAssignedTo?$top=${PAGE_SIZE}&$select=${ASSIGNMENT_SELECT}`;
      let answer: unknown;
      try {
        answer = await send(options, { repeatable: true }, () => client.api(from ?? first).get());
      } catch (error) {
        // The mark of a page lives as long as the directory likes; a pass may be gone on with an hour later.
        const refused = error instanceof GraphError && [400, 404, 410].includes(error.statusCode);
        if (from !== undefined && refused) return "expired";
        throw error;
      }
      const { value, "@odata.nextLink": next } = AppRoleAssignments.parse(answer);
      return {
        items: value.flatMap(({ principalId, appRoleId }) => {
          const role = roleOf(appRoleId);
          return role ? [{ principalId, role }] : [];
        }),
        ...(next !== undefined && { next }),
      };
    },
    grant: async (subject, expected) =>
      grantRoles(options, { ...subject, resourceId: await resourceId() }, expected),
  };
}
