import { complain } from "./complain.ts";
import { noToken, notReached, sessionEnded, type Trouble, troubleOf } from "./trouble.ts";

/**
 * Gives an access token for the API. `refresh` asks for a new one: the last was refused. It gives nothing when the person has to
 * sign in again; when it rejects, that could not be found out, and it is asked again later.
 */
export type GetAccessToken = (wanted: {
  readonly refresh: boolean;
}) => Promise<string | undefined> | string | undefined;

export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly etag: string | undefined }
  | { readonly ok: false; readonly trouble: Trouble };

interface Ask {
  readonly body?: unknown;
  /** The same key for the same wish, so that asking again after a lost answer cannot do it twice. */
  readonly idempotencyKey?: string;
  readonly ifMatch?: string | undefined;
  readonly prefer?: string;
}

export interface ApiClient {
  call<T>(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    ask?: Ask,
  ): Promise<Answer<T>>;
  /** Has a token at hand for `leave`. */
  prepare(): Promise<void>;
  /** Asks while the page goes: with the last token, for there is no time to get one, and nobody hears the answer. */
  leave(method: "DELETE", path: string): void;
}

/** Longer than the service itself may take, so that its own answer wins. */
const TIMEOUT_MS = 40_000;

/**
 * @param place read at each call, because the host page may set both after the element has started
 */
export function apiClient(
  place: () => { readonly api: string; readonly getAccessToken: GetAccessToken | undefined },
): ApiClient {
  let last: string | undefined;
  const token = async (refresh: boolean): Promise<string | Trouble> => {
    const { getAccessToken } = place();
    try {
      const given = await getAccessToken?.({ refresh });
      if (given === undefined || given === null || given === "") return sessionEnded;
      if (typeof given === "string") {
        last = given;
        return given;
      }
      complain("getAccessToken gave no text but", typeof given);
    } catch (error) {
      complain("getAccessToken failed:", error);
    }
    return noToken;
  };

  const addressOf = (path: string): string => `${place().api.replace(/\/$/, "")}${path}`;

  const send = async (
    method: string,
    path: string,
    ask: Ask,
    accessToken: string,
  ): Promise<Response | undefined> => {
    try {
      return await fetch(addressOf(path), {
        method,
        headers: {
          authorization: `Bearer ${accessToken}`,
          ...(ask.body !== undefined && { "content-type": "application/json" }),
          ...(ask.idempotencyKey && { "idempotency-key": ask.idempotencyKey }),
          ...(ask.ifMatch && { "if-match": ask.ifMatch }),
          ...(ask.prefer && { prefer: ask.prefer }),
        },
        ...(ask.body !== undefined && { body: JSON.stringify(ask.body) }),
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      if (navigator.onLine) {
        complain(
          `${place().api} was not reached from ${location.origin}. Is it the API's address, and is this origin in CORS_ORIGINS?`,
          error,
        );
      }
      return undefined;
    }
  };

  return {
    prepare: async () => void (await token(false)),
    leave: (method, path) => {
      if (last === undefined) return;
      const headers = { authorization: `Bearer ${last}` };
      const how = { method, headers, credentials: "omit", keepalive: true } as const;
      fetch(addressOf(path), how).catch(() => undefined);
    },
    async call<T>(method: string, path: string, ask: Ask = {}): Promise<Answer<T>> {
      const refused = (trouble: Trouble): Answer<T> => ({ ok: false, trouble });
      const first = await token(false);
      if (typeof first !== "string") return refused(first);
      let response = await send(method, path, ask, first);
      if (response?.status === 401) {
        // It may have expired under way; a second one that is no better ends the session.
        const second = await token(true);
        if (typeof second !== "string") return refused(second);
        response = await send(method, path, ask, second);
      }
      if (!response) return refused(notReached);
      if (!response.ok) return refused(await troubleOf(response, Date.now()));
      const etag = response.headers.get("ETag") ?? undefined;
      try {
        // The service's own schemas stand behind this shape; nothing else is behind `api`.
        const value = (response.status === 204 ? undefined : await response.json()) as T;
        return { ok: true, value, etag };
      } catch (error) {
        complain(
          `${place().api} answered something else than JSON. Is it the API's address?`,
          error,
        );
        return refused(notReached);
      }
    },
  };
}
