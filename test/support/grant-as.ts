import type { Cloud } from "../../infra/local/cloud.ts";
import { eventually } from "./eventually.ts";

/** The operator's own consent through the API, as soon as the request for it is on the list. */
export async function grantAs(cloud: Cloud, clientId: string): Promise<void> {
  const { api, users } = cloud.addresses;
  const headers = { authorization: `Bearer ${users.olga.accessToken}` };
  const grant = () => fetch(`${api}/admin/consents/${clientId}/grant`, { method: "POST", headers });
  await eventually(
    async () => (await grant()).status,
    (status) => status === 200,
  );
}
