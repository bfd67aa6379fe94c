import type { JsonSchema } from "./json-schema.ts";

export interface DocumentedHeader {
  readonly description: string;
  /** Whether every answer that lists it has it. */
  readonly required: boolean;
  readonly schema: JsonSchema;
}

const text = (example: string, maxLength = 512): JsonSchema => ({
  type: "string",
  maxLength,
  examples: [example],
});

/** Every header an answer may have that a caller may want to read. */
export const documentedHeaders = {
  "Request-Id": {
    description:
      "Names this request. Quote it when you ask for help; a problem has it as `instance`.",
    required: true,
    schema: { type: "string", format: "uuid", maxLength: 36 },
  },
  ETag: {
    description:
      "Strong validator of all that is shown. Send it as `If-Match` to change only what you have seen, as `If-None-Match` to be spared what you have.",
    required: true,
    schema: text('"3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11.1.Q2xpZW50Q2xpZW50"'),
  },
  Location: {
    description: "Where what was made can be read.",
    required: true,
    schema: {
      type: "string",
      format: "uri-reference",
      maxLength: 2048,
      examples: ["/api/clients/3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11"],
    },
  },
  Link: {
    description: "Of an answer in lines: where the next page is (`rel=next`), if there is one.",
    required: false,
    schema: text('</api/clients/3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11/activity>; rel="next"', 2048),
  },
  "Cache-Control": {
    description: "How long the answer may be gone by; nobody else may keep it.",
    required: false,
    schema: text("private, max-age=30", 64),
  },
  "Retry-After": {
    description: "Seconds after which asking again may help; absent where it does not.",
    required: false,
    schema: {
      type: "integer",
      format: "int32",
      minimum: 1,
      // A month: so long the directory keeps what was deleted.
      maximum: 2_678_400,
      examples: [3],
    },
  },
  "WWW-Authenticate": {
    description: "What kind of token is needed (RFC 6750).",
    required: false,
    schema: text('Bearer error="invalid_token"'),
  },
  "Accept-Encoding": {
    description: "How a body may be packed, where it is the packing that was not understood.",
    required: false,
    schema: text("gzip", 64),
  },
  "Idempotent-Replayed": {
    description: "`true` on an answer that an earlier request under the same key was given.",
    required: false,
    schema: text("true", 8),
  },
  "Preference-Applied": {
    description: "The `wait` that was honoured, where one was asked for (RFC 7240).",
    required: false,
    schema: text("wait=30", 64),
  },
  RateLimit: {
    description:
      "What is left of the caller's allowances in this minute, where they are counted (draft-ietf-httpapi-ratelimit-headers).",
    required: false,
    schema: text('"requests";r=299;t=60, "writes";r=29;t=60'),
  },
  "RateLimit-Policy": {
    description: "Those allowances: how many in how many seconds.",
    required: false,
    schema: text('"requests";q=300;w=60, "writes";q=30;w=60'),
  },
  "Access-Control-Allow-Origin": {
    description: "The page's origin, where it is one of those that may call.",
    required: false,
    schema: { type: "string", maxLength: 2048, examples: ["https://portal.example.org"] },
  },
} as const satisfies Record<string, DocumentedHeader>;

export type HeaderName = keyof typeof documentedHeaders;

const ALWAYS: readonly HeaderName[] = [
  "Request-Id",
  "RateLimit",
  "RateLimit-Policy",
  "Access-Control-Allow-Origin",
];

/** The headers of an answer, as references. */
export const headersOf = (names: readonly HeaderName[]): Record<string, JsonSchema> =>
  Object.fromEntries(
    [...new Set([...names, ...ALWAYS])].map((name) => [
      name,
      { $ref: `#/components/headers/${name}` },
    ]),
  );
