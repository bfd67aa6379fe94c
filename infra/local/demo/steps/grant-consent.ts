import * as z from "zod";
import type { Stage } from "../stage.ts";
import type { Client } from "./create-client.ts";

const Application = z.object({
  requiredResourceAccess: z.array(
    z.object({ resourceAppId: z.guid(), resourceAccess: z.array(z.object({ id: z.guid() })) }),
  ),
});
const Identified = z.object({ id: z.guid() });
const Listed = z.object({ value: z.array(Identified).min(1) });

export const grantConsent = (stage: Stage, client: Client): Promise<void> =>
  stage.step(
    "Olga consents",
    "Olga is an administrator. She does in the directory what its portal's “Grant admin consent” does: a service principal for the client, and an assignment for each role it asks for.",
    async () => {
      const { graph, users } = stage.addresses;
      const as = { who: "olga", token: users.olga.graphToken };
      const asked = await stage.quietly({ url: `${graph}/applications/${client.id}`, as });
      const { requiredResourceAccess } = Application.parse(asked.body);

      const made = await stage.call({
        method: "POST",
        url: `${graph}/servicePrincipals`,
        as,
        json: { appId: client.appId },
        pick: ["id", "appId", "displayName"],
      });
      stage.check("The client has a service principal", made.status === 201);
      const principalId = Identified.parse(made.body).id;

      for (const { resourceAppId, resourceAccess } of requiredResourceAccess) {
        const filter = encodeURIComponent(`appId eq '${resourceAppId}'`);
        const found = await stage.quietly({
          url: `${graph}/servicePrincipals?$filter=${filter}&$select=id`,
          as,
        });
        const resourceId = Listed.parse(found.body).value[0]?.id;
        for (const { id } of resourceAccess) {
          const granted = await stage.call({
            method: "POST",
            url: `${graph}/servicePrincipals/${resourceId}/appRoleAssignedTo`,
            as,
            json: { principalId, resourceId, appRoleId: id },
            pick: ["id", "principalDisplayName", "resourceDisplayName", "appRoleId"],
          });
          stage.check("The role is granted", granted.status === 201);
        }
      }
    },
  );
