import * as z from "zod";
import { reach } from "../../../infra/tools/reach.ts";
import { EXIT, Fault } from "../fault.ts";
import { type Environment, safeAddress } from "../settings.ts";

/** What a federated credential asks for unless it was made with another. */
const AUDIENCE = "api://AzureADTokenExchange";
const TIMEOUT_MS = 20_000;
const Answer = z.object({ value: z.string().min(1) });

/**
 * The token that GitHub issues to a job with `permissions: id-token: write`, by the two variables that such a job has.
 *
 * @throws Fault when GitHub does not give one
 */
export async function githubToken(environment: Environment): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } =
    environment;
  const url = safeAddress("ACTIONS_ID_TOKEN_REQUEST_URL", address);
  if (!bearer)
    throw new Fault(
      EXIT.usage,
      "ACTIONS_ID_TOKEN_REQUEST_TOKEN is missing: the job needs `permissions: id-token: write`.",
    );
  url.searchParams.set("audience", AUDIENCE);
  try {
    const response = await reach(url.href, TIMEOUT_MS, {
      redirect: "error",
      headers: { authorization: `Bearer ${bearer}`, accept: "application/json" },
    });
    if (!response.ok) throw new Error(`${url.host} answered ${response.status}.`);
    return Answer.parse(await response.json()).value;
  } catch (cause) {
    throw new Fault(EXIT.notNow, "GitHub gives this job no token of its own.", { cause });
  }
}
