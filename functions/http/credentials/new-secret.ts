import { type Done, done } from "../../../shared/base/outcome.ts";
import { allowedKinds, type CredentialRules } from "../../../shared/clients/credential-rules.ts";
import type { ClientCredentials } from "../../../shared/clients/token-endpoint.ts";
import { type ReadyDeps, waitUntilReady } from "../../../shared/clients/wait-until-ready.ts";
import type { MadeSecret } from "../../../shared/operations/credentials/new-secret.ts";
import { preferenceApplied } from "../../edge/prefer.ts";
import type { Reply } from "../../edge/reply.ts";
import type { Shaped } from "../../edge/shape.ts";
import { type NewSecretShape, showNewSecret } from "../shapes.ts";
import { encryptValue, type Recipient } from "./encrypt-to.ts";

/** What may be said against a new secret, whether it takes the place of another or not. */
export const NEW_SECRET_PROBLEMS = [
  "not-found",
  "client-busy",
  "client-suspended",
  "secret-limit-reached",
  "secret-value-already-returned",
  "request-in-progress",
  "idempotency-key-reused",
  "secret-forbidden-by-policy",
  "credential-kind-not-allowed",
  "rate-limited",
  "share-used-up",
  "directory-throttled",
] as const;

/**
 * The answer with a new secret, when it works where the caller prefers to wait for that. The change has ended by now: nobody
 * else waits, and who dies here loses the value, as with any answer that is lost. So the request's own deadline is no
 * measure of it: this one ends at `until`, in a minute at most.
 *
 * Encrypted, the value leaves this process for the recipient alone; the token endpoint is asked all the same, as it is for everybody.
 *
 * @param asked when the request came; the wait counts from there (RFC 7240, 4.3)
 */
export async function answerWithSecret(
  deps: ReadyDeps & { readonly credentialRules: CredentialRules },
  secret: MadeSecret,
  asked: {
    readonly at: Date;
    readonly waitSeconds?: number | undefined;
    readonly encryptTo?: Recipient | undefined;
  },
): Promise<Done<Reply & { readonly body: Shaped<typeof NewSecretShape> }>> {
  const { at, waitSeconds, encryptTo } = asked;
  const secretJwe = encryptTo && (await encryptValue(secret.secretText, encryptTo));
  const advice = adviceOf(deps.credentialRules);
  const { headers, ...ready } = await readyBy(deps, secret, { at, waitSeconds });
  const body = showNewSecret(secret, { ...ready, secretJwe, advice });
  return done({ status: 201, ...(headers && { headers }), body });
}

/** Whether a secret that was just made works, where that is waited for, and what says so. */
export async function readyBy(
  deps: ReadyDeps,
  credentials: ClientCredentials,
  { at, waitSeconds }: { readonly at: Date; readonly waitSeconds?: number | undefined },
): Promise<{ readonly ready?: boolean; readonly headers?: Readonly<Record<string, string>> }> {
  if (waitSeconds === undefined) return {};
  const until = new Date(at.getTime() + waitSeconds * 1_000);
  const ready = await waitUntilReady(deps, credentials, until);
  return { ready, headers: preferenceApplied(waitSeconds) };
}

const BETTER = { certificate: "a certificate", federated: "a federated credential" } as const;

/** `SECRETS=discouraged`, where there is anything better to be had: said to people, and refused to nobody. */
function adviceOf(rules: CredentialRules): string | undefined {
  const better = allowedKinds(rules).flatMap((kind) => (kind === "secret" ? [] : [BETTER[kind]]));
  if (rules.secrets !== "discouraged" || better.length === 0) return undefined;
  return ` Secrets are discouraged here: where your program can, let it use ${better.join(" or ")} instead.`;
}
