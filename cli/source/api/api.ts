import createClient, { type Client } from "openapi-fetch";
import { EXIT, Fault } from "../fault.ts";
import { type Reach, reach } from "../reach.ts";
import { safeAddress } from "../settings.ts";
import { refusal } from "./problem.ts";
import type { components, paths } from "./schema.ts";

export type OAuthClient = components["schemas"]["OAuthClient"];
export type NewSecret = components["schemas"]["SecretWithValue"];

/** The service, by the types of its own OpenAPI document. */
export interface Api {
  readonly call: Client<paths>;
  /** The answer's content. @throws Refused with what the service says, where it refuses */
  answered<T>(answer: Answer<T>): NonNullable<T>;
  /** As above, of an answer without content. */
  done(answer: Answer<unknown>): void;
}

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * @param address `LATCHKEY_API`: of the API, with its `/api` or without
 * @param token asked for once, with the first request
 * @throws Fault when the address is none, or a token would travel in the clear
 */
export function openApi(
  address: string | undefined,
  token: () => Promise<string>,
  how: Reach,
): Api {
  const url = safeAddress("LATCHKEY_API (or --api)", address);
  const baseUrl = url.href.replace(/\/+$/, "").replace(/\/api$/, "");
  let bearer: Promise<string> | undefined;
  const call = createClient<paths>({
    baseUrl,
    fetch: async (request: Request) => {
      bearer ??= token();
      request.headers.set("authorization", `Bearer ${await bearer}`);
      return readable(await reach(request, how));
    },
  });
  const refuse = ({ error, response }: Answer<unknown>) =>
    refusal(response.status, error, new URL(baseUrl).origin);
  return {
    call,
    answered: (answer) => {
      if (!answer.response.ok) throw refuse(answer);
      if (answer.data === undefined || answer.data === null)
        throw new Fault(EXIT.notNow, "The service answered with nothing in it.");
      return answer.data;
    },
    done: (answer) => {
      if (!answer.response.ok) throw refuse(answer);
    },
  };
}

/** @throws Fault for what a service of this kind never says: most often the page of a proxy, or another address. */
async function readable(response: Response): Promise<Response> {
  const type = response.headers.get("content-type") ?? "";
  if (!response.ok || response.status === 204 || /\bjson\b/.test(type)) return response;
  await response.body?.cancel();
  throw new Fault(
    EXIT.notNow,
    `${new URL(response.url).origin} answered with something else than JSON: is LATCHKEY_API right?`,
  );
}
