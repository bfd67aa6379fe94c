import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { openGithubIssuer } from "../../infra/local/github/github-issuer.ts";
import { close, listen } from "../../infra/local/listen.ts";

/** GitHub's stand-in on a port of its own: the directory has to fetch its keys over a socket. */
export async function startGithubIssuer() {
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
  const server = createServer((request, response) => void serve(request, response));
  issuer = `http://127.0.0.1:${await listen(server, 0)}`;
  return { issuer, tokenOf, startRun, stop: () => close(server) };
}
