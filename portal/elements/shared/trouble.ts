import type { ProblemType } from "../../../functions/edge/problem-types.ts";
import type { HeldSecret } from "./shapes.ts";

/** Why something asked of the API was not done, as it can be told to a person. */
export interface Trouble {
  /**
   * `session`: nobody is signed in any more; `token`: the host page could not say whether somebody is; `offline`: the service was
   * not reached; `refused`: it said no.
   */
  readonly kind: "session" | "token" | "offline" | "refused";
  /** The last part of the problem's `type`, such as `rate-limited`; empty when there was no problem document. */
  readonly type: ProblemType | "";
  /** What of the request was not accepted. */
  readonly fields?: readonly string[];
  /** What operators gave as the reason, where it is they who keep it from being done. */
  readonly reason?: string;
  /** Names this occurrence to support. */
  readonly instance?: string;
  /** Address of the page that explains this kind of problem. */
  readonly page?: string;
  /** The secrets that hold the client's places. */
  readonly secrets?: readonly HeldSecret[];
  /** The secret that the problem is about. */
  readonly keyId?: string;
  /** Epoch milliseconds before which asking again is useless. */
  readonly retryAt?: number;
  /** Epoch milliseconds when it is asked again by itself. */
  readonly againAt?: number;
}

export const sessionEnded: Trouble = { kind: "session", type: "" };
export const noToken: Trouble = { kind: "token", type: "" };
export const notReached: Trouble = { kind: "offline", type: "" };

/** Reads a problem document (RFC 9457), and copes with an answer that is none: a proxy's page, for example. */
export async function troubleOf(response: Response, now: number): Promise<Trouble> {
  const body: unknown = await response.json().catch(() => undefined);
  const member = (name: string): string => {
    const value = body && typeof body === "object" ? Reflect.get(body, name) : undefined;
    return typeof value === "string" ? value : "";
  };
  const instance = member("instance");
  const page = pageOf(member("type"), response.url);
  const keyId = member("keyId");
  const reason = member("reason");
  const list = (name: string): readonly unknown[] => {
    const value = body && typeof body === "object" ? Reflect.get(body, name) : undefined;
    return Array.isArray(value) ? value : [];
  };
  const errors = namesOf(list("errors"));
  const secrets = list("secrets").filter(isHeld);
  const retryAt = retryTime(response.headers.get("Retry-After"), now);
  // A gateway's own page: the service behind it was not reached.
  if (response.status >= 500 && member("type") === "") return notReached;
  return {
    kind: response.status === 401 ? "session" : "refused",
    // One that this page does not know has no words here, and is compared with nothing.
    type: (member("type").split("/").at(-1) ?? "") as Trouble["type"],
    ...(errors.length > 0 && { fields: errors }),
    ...(instance && { instance }),
    ...(page && { page }),
    ...(secrets.length > 0 && { secrets }),
    ...(keyId && { keyId }),
    ...(reason && { reason }),
    ...(retryAt !== undefined && { retryAt }),
  };
}

/** A problem's type leads to its page, from wherever the API answers. What is no address of the web is not to be followed. */
function pageOf(type: string, answered: string): string | undefined {
  if (type === "" || !URL.canParse(type, answered)) return undefined;
  const { protocol, href } = new URL(type, answered);
  return protocol === "https:" || protocol === "http:" ? href : undefined;
}

/** A field of the body is named by a pointer: "/displayName". */
const namesOf = (errors: readonly unknown[]): readonly string[] =>
  errors.flatMap((error) => {
    const field = error && typeof error === "object" ? Reflect.get(error, "field") : undefined;
    return typeof field === "string" ? [field.replace(/^\//, "")] : [];
  });

const isHeld = (value: unknown): value is HeldSecret =>
  typeof value === "object" &&
  value !== null &&
  ["keyId", "displayName", "hint", "expiresAt"].every(
    (name) => typeof Reflect.get(value, name) === "string",
  );

/** `Retry-After` counts seconds or names a date (RFC 9110, 10.2.3). */
function retryTime(value: string | null, now: number): number | undefined {
  if (!value) return undefined;
  const seconds = Number(value);
  const at = Number.isFinite(seconds) ? now + seconds * 1000 : Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}
