import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { close, listen } from "../../infra/local/listen.ts";

/** What a run of a workflow is about, as its token claims it. */
export interface WorkflowRun {
  readonly repository: string;
  /** `refs/heads/main`. */
  readonly ref: string;
  readonly environment?: string;
}

/**
 * Stands for GitHub's issuer: discovery, keys, and the address at which a step of a run gets the run's own token, with the claims
 * that docs.github.com ("OpenID Connect reference") shows.
 */
export async function startGithubIssuer() {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "github", alg: "RS256", use: "sig" };
  const runs = new Map<string, WorkflowRun>();
  let origin = "";

  const tokenOf = (
    { repository, ref, environment }: WorkflowRun,
    audience: string,
    lifetimeSeconds = 300,
  ): Promise<string> => {
    const [repository_owner = ""] = repository.split("/");
    const context = environment === undefined ? `ref:${ref}` : `environment:${environment}`;
    const at = Math.floor(Date.now() / 1_000);
    return new SignJWT({
      ...{ jti: randomUUID(), sub: `repo:${repository}:${context}`, aud: audience, iss: origin },
      ...{ ref, sha: "4f1b9e772f0f5b1c6a3d8d1f6c0a52c4", repository, repository_owner },
      ...{ run_id: "1", run_number: "1", run_attempt: "1", actor: "octocat", workflow: "import" },
      ...{ head_ref: "", base_ref: "", event_name: "push", ref_type: "branch" },
      ...(environment !== undefined && { environment }),
      ...{ nbf: at - 600, iat: at, exp: at + lifetimeSeconds },
    })
      .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: "github" })
      .sign(privateKey);
  };
  const answer = async (request: IncomingMessage): Promise<[number, unknown]> => {
    const url = new URL(request.url ?? "/", origin);
    if (url.pathname === "/.well-known/openid-configuration")
      return [200, { issuer: origin, jwks_uri: `${origin}/.well-known/jwks` }];
    if (url.pathname === "/.well-known/jwks") return [200, { keys: [jwk] }];
    const run = runs.get(request.headers.authorization?.replace(/^Bearer /, "") ?? "");
    if (!run) return [401, { message: "Bad credentials" }];
    // Without one it is the address of the repository's owner.
    const [owner] = run.repository.split("/");
    const audience = url.searchParams.get("audience") ?? `https://github.com/${owner}`;
    const value = await tokenOf(run, audience);
    return [200, { count: value.length, value }];
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [status, body] = await answer(request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void serve(request, response));
  origin = `http://127.0.0.1:${await listen(server, 0)}`;
  return {
    issuer: origin,
    tokenOf,
    /** What the runner tells each step of a run that may ask for tokens (`id-token: write`). */
    startRun: (run: WorkflowRun) => {
      const token = randomUUID();
      runs.set(token, run);
      return {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
      };
    },
    stop: () => close(server),
  };
}
