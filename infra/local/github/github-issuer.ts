import { randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import * as z from "zod";

/** What a run of a workflow is about, as its token claims it. */
const WorkflowRun = z.strictObject({
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  /** `refs/heads/main`. */
  ref: z.string().startsWith("refs/"),
  environment: z.string().optional(),
});
export type WorkflowRun = z.infer<typeof WorkflowRun>;

/** What the runner tells each step of a run that may ask for tokens (`id-token: write`). */
export interface RunVariables {
  readonly ACTIONS_ID_TOKEN_REQUEST_URL: string;
  readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string;
}

export interface IssuerCall {
  readonly method: string;
  /** Below the issuer's address. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization?: string | undefined;
  readonly body?: string | undefined;
}

type Status = readonly [number, object];

const LIFETIME_SECONDS = 300;
/** GitHub's tokens begin before they are made. */
const BEHIND_SECONDS = 600;

/**
 * Stands for GitHub's issuer: discovery, keys, and the address at which a step of a run gets the run's own token, with the claims
 * that docs.github.com ("OpenID Connect reference") shows. `POST /runs`, which GitHub has not, begins a run.
 *
 * @param issuer its own address, without a closing slash
 */
export function openGithubIssuer(issuer: () => string) {
  const runs = new Map<string, WorkflowRun>();
  // Made when somebody asks: most never do.
  let made: ReturnType<typeof newKey> | undefined;
  const key = () => {
    made ??= newKey();
    return made;
  };

  const tokenOf = async (
    { repository, ref, environment }: WorkflowRun,
    audience: string,
    lifetimeSeconds = LIFETIME_SECONDS,
  ): Promise<string> => {
    const [repository_owner = ""] = repository.split("/");
    const context = environment === undefined ? `ref:${ref}` : `environment:${environment}`;
    const at = Math.floor(Date.now() / 1_000);
    return new SignJWT({
      ...{ jti: randomUUID(), sub: `repo:${repository}:${context}`, aud: audience, iss: issuer() },
      ...{ ref, sha: "4f1b9e772f0f5b1c6a3d8d1f6c0a52c4", repository, repository_owner },
      ...{ run_id: "1", run_number: "1", run_attempt: "1", actor: "octocat", workflow: "import" },
      ...{ head_ref: "", base_ref: "", event_name: "push", ref_type: "branch" },
      ...(environment !== undefined && { environment }),
      ...{ nbf: at - BEHIND_SECONDS, iat: at, exp: at + lifetimeSeconds },
    })
      .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: "github" })
      .sign((await key()).privateKey);
  };

  const startRun = (run: WorkflowRun): RunVariables => {
    const token = randomUUID();
    runs.set(token, run);
    return {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer()}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
    };
  };

  const answer = async ({ method, path, query, ...call }: IssuerCall): Promise<Status> => {
    if (path === "/.well-known/openid-configuration")
      return [200, { issuer: issuer(), jwks_uri: `${issuer()}/.well-known/jwks` }];
    if (path === "/.well-known/jwks") return [200, { keys: [(await key()).jwk] }];
    if (path === "/runs" && method === "POST") {
      const run = WorkflowRun.safeParse(JSON.parse(call.body || "null"));
      return run.success ? [201, startRun(run.data)] : [400, { message: run.error.message }];
    }
    if (path !== "/token") return [404, { message: "Not Found" }];
    const run = runs.get(call.authorization?.replace(/^Bearer /, "") ?? "");
    if (!run) return [401, { message: "Bad credentials" }];
    // Without one it is the address of the repository's owner.
    const [owner] = run.repository.split("/");
    const value = await tokenOf(run, query.get("audience") ?? `https://github.com/${owner}`);
    return [200, { count: value.length, value }];
  };
  return { answer, startRun, tokenOf };
}

async function newKey() {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "github", alg: "RS256", use: "sig" };
  return { privateKey, jwk };
}
