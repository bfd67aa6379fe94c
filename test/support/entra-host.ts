import type { Cloud } from "../../infra/local/cloud.ts";
import { type Api, openApi } from "./api.ts";
import { atHost } from "./two-hosts.ts";

/** One more host of a cloud, whose clients get their tokens where Entra issues them: a policy of Azure AD B2C takes secrets only. */
export async function entraHost(cloud: Cloud): Promise<Api> {
  const { tokenEndpoint } = cloud.directory.resourceCredential;
  const host = await cloud.startHost({ environment: { TOKEN_ENDPOINT: tokenEndpoint } });
  return openApi(atHost(cloud, host));
}
