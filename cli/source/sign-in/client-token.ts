import { explainRefusal } from "../../../infra/tools/token/explain.ts";
import { requestTokenWith, type TokenAnswer } from "../../../infra/tools/token/request.ts";
import { EXIT, Fault } from "../fault.ts";
import { type Credential, proofOf } from "./credential.ts";

export interface TokenPlace {
  readonly endpoint: string;
  readonly clientId: string;
  readonly scope: string;
}

export type Token = Extract<TokenAnswer, { ok: true }>;

/**
 * A client's own token (RFC 6749, 4.4).
 *
 * @throws Fault that says what the endpoint's refusal means and what helps; the credential is not in it
 */
export async function clientToken(place: TokenPlace, credential: Credential): Promise<Token> {
  const answer = await tryToken(place, credential);
  if (answer.ok) return answer;
  const { status, code, description } = answer;
  throw new Fault(
    status === 429 || status >= 500 ? EXIT.notNow : EXIT.denied,
    `${code}: ${description}\n${explainRefusal(answer)}`,
    { document: { title: "The token endpoint refuses", status, code, detail: description } },
  );
}

/** As above; a refusal is a value. */
export async function tryToken(place: TokenPlace, credential: Credential): Promise<TokenAnswer> {
  const proof = await proofOf(credential, place);
  try {
    return await requestTokenWith(place, proof);
  } catch (cause) {
    throw new Fault(EXIT.notNow, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
