import * as z from "zod";
import type { Cloud } from "../../infra/local/cloud.ts";
import { buyToken } from "./buy-token.ts";
import { OpenApiDocument, openApiCheck, type SeenAnswer } from "./openapi-check.ts";
import { newId } from "./samples.ts";

export interface Ask {
  readonly json?: unknown;
  /** A body as it is, instead of `json`. */
  readonly text?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export type Call = (method: string, path: string, ask?: Ask) => Promise<SeenAnswer>;

export interface ApiCaller {
  readonly subscription: string;
  readonly token: string;
  readonly call: Call;
}

export interface Api {
  readonly document: OpenApiDocument;
  /** A call with any `Authorization`, or none. */
  callWith(token: string | undefined): Call;
  /** A customer of a subscription that nobody else uses. */
  customer(claims?: object): Promise<ApiCaller>;
  olga(): Promise<Call>;
  /** The resource API, which may look clients up. */
  resourceApi(): Promise<Call>;
}

/**
 * The API over its socket. Every answer is held against the OpenAPI document before a test sees it, so that no test can pass
 * on an answer that is not documented.
 */
export async function openApi(cloud: Pick<Cloud, "addresses" | "directory">): Promise<Api> {
  const { api } = cloud.addresses;
  const served = await fetch(`${api}/openapi.json`);
  const document = OpenApiDocument.parse(await served.json());
  const check = openApiCheck(document);

  const callWith =
    (token: string | undefined): Call =>
    async (method, path, ask = {}) => {
      const body = ask.text ?? (ask.json === undefined ? null : JSON.stringify(ask.json));
      const response = await fetch(`${api}${path}`, {
        method,
        body,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== null && { "content-type": "application/json" }),
          ...ask.headers,
        },
        ...(ask.signal && { signal: ask.signal }),
      });
      const text = await response.text();
      const { status, headers } = response;
      const answer = { status, headers, body: read(text, headers) };
      check(method, `/api${path}`, answer);
      return answer;
    };

  return {
    document,
    callWith,
    customer: async (claims = {}) => {
      const subscription = newId();
      const token = await cloud.directory.issueUserToken("ann", {
        claims: { extension_subscriptionId: subscription, ...claims },
      });
      return { subscription, token, call: callWith(token) };
    },
    resourceApi: async () => callWith(await buyToken(cloud.directory.resourceCredential)),
    olga: async () => callWith(await cloud.directory.issueUserToken("olga")),
  };
}

/** NDJSON stays text: every line is a document of its own. */
function read(text: string, headers: Headers): unknown {
  if (headers.get("content-type") === "application/x-ndjson") return text;
  return text === "" ? undefined : JSON.parse(text);
}

const ProblemShape = z.looseObject({
  type: z.string(),
  detail: z.string(),
  instance: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  keyId: z.string().optional(),
  limit: z.number().optional(),
});

/** The problem document of an answer. */
export const problemOf = ({ body }: SeenAnswer) => ProblemShape.parse(body);

/** What a 400 names as wrong. */
export const fieldsOf = (answer: SeenAnswer) => problemOf(answer).errors?.map(({ field }) => field);

/** What every refusal is checked for: status, and the last part of its type. */
export const refusalOf = (answer: SeenAnswer): string => {
  const { type } = ProblemShape.partial().parse(answer.body ?? {});
  return `${answer.status} ${type?.replace("/problems/", "") ?? "done"}`;
};
