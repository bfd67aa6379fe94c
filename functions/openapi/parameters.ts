import * as z from "zod";
import type { RouteContract } from "../edge/route.ts";
import { bound } from "./bounds.ts";
import type { JsonSchema } from "./json-schema.ts";

type HeaderName = NonNullable<RouteContract["accepts"]>[number];

const PATH: Readonly<Record<string, string>> = {
  id: "Which one, by its id",
  appId: "Which one, by its OAuth client id",
  keyId: "Which secret, by its keyId",
  credentialId: "Which credential, by its id",
  subscription: "Which subscription, as its customers' tokens name it",
};

const GUID = {
  schema: { type: "string", format: "uuid", maxLength: 36 },
  example: "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
};
const UNSEEN = "\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029";
const SUBSCRIPTION = {
  schema: {
    type: "string",
    minLength: 1,
    maxLength: 128,
    pattern: `^[^\\s${UNSEEN}]([^${UNSEEN}]*[^\\s${UNSEEN}])?$`,
  },
  example: "contoso",
};

const HEADERS: Readonly<Record<HeaderName, { description: string; schema: JsonSchema }>> = {
  "Idempotency-Key": {
    description:
      "Any text of your own, one for each thing you want done. Asked again under it within 24 hours, nothing is done twice.",
    schema: {
      type: "string",
      minLength: 1,
      maxLength: 255,
      pattern: "^[!-~]+$",
      examples: ["7f4c4b1e-nightly-import"],
    },
  },
  "If-Match": {
    description: "Only if it has not changed since it was read with this `ETag`; else 412.",
    schema: {
      type: "string",
      minLength: 1,
      maxLength: 512,
      pattern: "\\S",
      examples: ["*"],
    },
  },
  Prefer: {
    description:
      "`wait=N`: answer when the new secret works, in N seconds at the latest, 60 at most (RFC 7240). The service asks the token endpoint meanwhile; `ready` says what it found.",
    schema: { type: "string", maxLength: 512, examples: ["wait=30"] },
  },
};

/** Every read honours it. */
const IF_NONE_MATCH = {
  name: "If-None-Match",
  in: "header",
  required: false,
  description: "Spares the answer, with 304, while it is the one with this `ETag`.",
  schema: {
    type: "string",
    maxLength: 2048,
    examples: ['"3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11.1.Q2xpZW50Q2xpZW50"'],
  },
};

/** What a request takes besides its body. A query parameter may say in its `parameter` how it looks to callers. */
export function parameters(contract: RouteContract): unknown[] {
  const path = [...contract.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    description: PATH[name] ?? "Which one",
    ...(name === "subscription" ? SUBSCRIPTION : GUID),
  }));
  const headers = (contract.accepts ?? []).map((name) => ({
    name,
    in: "header",
    required: false,
    ...HEADERS[name],
  }));
  const conditional = contract.method === "GET" ? [IF_NONE_MATCH] : [];
  return [...path, ...headers, ...conditional, ...queryParameters(contract)];
}

function queryParameters({ query }: RouteContract): unknown[] {
  if (!query) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: "input" }) as JsonSchema;
  return Object.entries(properties).map(([name, property]) => {
    const { description, parameter, ...own } = property;
    const schema: JsonSchema = { ...((parameter as JsonSchema | undefined) ?? own) };
    bound(schema, "input");
    return {
      name,
      in: "query",
      required: required.includes(name),
      description: description ?? name,
      schema,
    };
  });
}
