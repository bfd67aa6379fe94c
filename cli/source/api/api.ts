import createClient, { type Client } from "openapi-fetch";
import { EXIT, Fault } from "../fault.ts";
import { type Reach, reach } from "../reach.ts";
import type { Bearer } from "../sign-in/person.ts";
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

/** A token that ends sooner is not used for another request: it has to last until the service reads it. */
const LAST_MS = 120_000;

const isEnding = ({ expiresAt }: Bearer): boolean =>
  expiresAt !== undefined && expiresAt.getTime() < Date.now() + LAST_MS;

/**
 * @param service its address, without `/api`
 * @param token asked for with the first request, and again when it is about to end
 */
export function openApi(service: URL, token: () => Promise<Bearer>, how: Reach): Api {
  let bearer: Bearer | undefined;
  const call = createClient<paths>({
    baseUrl: service.href.replace(/\/$/, ""),
    fetch: async (request: Request) => {
      if (bearer === undefined || isEnding(bearer)) bearer = await token();
      request.headers.set("authorization", `Bearer ${bearer.accessToken}`);
      return readable(await reach(request, how));
    },
  });
  const refuse = ({ error, response }: Answer<unknown>) => refusal(response, error, service.origin);
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
