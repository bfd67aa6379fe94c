import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cloud } from "../../infra/local/cloud.ts";
import { openGithubIssuer } from "../../infra/local/github/github-issuer.ts";
import { listenSecurely } from "./listen-securely.ts";

/** GitHub's stand-in at an address of its own: the directory has to fetch its keys over https, as Entra does. */
export async function startGithubIssuer(cloud: Pick<Cloud, "settings">) {
  let issuer = "";
  const { answer, startRun, tokenOf } = openGithubIssuer(() => issuer);
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? "/", issuer);
    const { method = "GET", headers } = request;
    const [status, body] = await answer({
      ...{ method, path, query, authorization: headers.authorization },
    });
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const { origin, stop } = await listenSecurely(
    cloud,
    (request, response) => void serve(request, response),
  );
  issuer = origin;
  return { issuer, tokenOf, startRun, stop };
}
