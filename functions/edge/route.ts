import type * as z from "zod";
import type { Outcome } from "../../shared/base/outcome.ts";
import type { By } from "../../shared/clients/actor.ts";
import type { IdempotentRequest } from "../../shared/operations/admission/key.ts";
import type { Access, Application, Customer, Operator, Registrant, SelfClient } from "./caller.ts";
import type { ProblemType } from "./problem-types.ts";
import type { Refusal } from "./refusal.ts";
import type { Reply } from "./reply.ts";

/**
 * What a route promises. The edge holds requests against it, the OpenAPI document is generated from it: a route cannot do
 * one thing and say another.
 */
export interface RouteContract {
  /** Name of the function in Azure. */
  readonly name: string;
  /** What generated clients call it: a verb and its noun. */
  readonly operationId: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api`, with `{id}` for a client, `{appId}` for its OAuth client id `{keyId}` for a secret, `{credentialId}` for a federated one. */
  readonly path: string;
  readonly access: Access;
  /** Whether the answer is the same for everybody: a document that may be cached and read from any origin. */
  readonly isForAll?: boolean;
  /** Refusals are written as OAuth writes errors (RFC 7591, section 3.2.2), with what a problem document says beside. */
  readonly errors?: "oauth";
  readonly summary: string;
  /** What the summary leaves open: what it changes, what a repeat does, what it is for. */
  readonly description: string;
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  /** Request headers this route honours. */
  readonly accepts?: readonly ("Idempotency-Key" | "If-Match" | "Prefer")[];
  readonly replies: Readonly<
    Record<
      number,
      {
        readonly description: string;
        readonly schema?: () => z.ZodType;
        /** It can be asked for as NDJSON: one of what this names a line. */
        readonly asLines?: string;
        readonly headers?: readonly (
          | "Cache-Control"
          | "ETag"
          | "Location"
          | "Preference-Applied"
        )[];
      }
    >
  >;
  /** Problems of its own; those that any route can meet are added. */
  readonly problems: readonly ProblemType[];
}

interface Callers {
  readonly "clients.read": Customer;
  readonly "clients.write": Customer;
  readonly operator: Operator;
  readonly lookup: Application;
  readonly self: SelfClient;
  readonly registration: Registrant;
  readonly public: undefined;
}
type Parsed<S> = S extends z.ZodType ? z.infer<S> : undefined;

/** A request that has passed everything the contract says. */
export interface Call<C extends RouteContract> {
  readonly caller: Callers[C["access"]];
  /** Who is asking, and in which request, for whatever is changed. */
  readonly by: C["access"] extends "public" ? undefined : By;
  /** Path parameters: GUIDs in lower case. */
  readonly id: string;
  readonly keyId: string;
  readonly credentialId: string;
  /** As customers' tokens name it. */
  readonly subscription: string;
  readonly appId: string;
  readonly body: Parsed<C["body"]>;
  readonly query: Parsed<C["query"]>;
  readonly idempotency?: IdempotentRequest;
  readonly ifMatch?: string;
  /** `Prefer: wait`, in seconds, as far as it is honoured. */
  readonly waitSeconds?: number;
  /** The caller wants NDJSON, and the route has it. */
  readonly asLines: boolean;
}

export interface Route<C extends RouteContract = RouteContract> {
  readonly contract: C;
  handle(call: Call<C>): Promise<Outcome<Reply, Refusal>>;
}

export const route = <const C extends RouteContract>(
  contract: C,
  handle: Route<C>["handle"],
): Route<C> => ({ contract, handle });
