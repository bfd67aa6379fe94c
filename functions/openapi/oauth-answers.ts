import * as z from "zod";
import { OAUTH_ERRORS, oauthError } from "../edge/oauth-error.ts";
import { EXAMPLE_INSTANCE } from "../edge/problem-example.ts";
import { refusalExamples } from "../edge/problem-examples.ts";
import { type ProblemType, problemTypes } from "../edge/problem-types.ts";
import type { RouteContract } from "../edge/route.ts";
import { shape } from "../edge/shape.ts";
import { headersOf } from "./headers.ts";
import { headersOfProblems, problemsOf } from "./problem-answers.ts";
import type { SchemaBook } from "./schema-book.ts";

/** An error as tools of OAuth read it, with what a problem document says beside. */
const OAuthErrorShape = shape(() =>
  z
    .looseObject({
      error: z.enum(OAUTH_ERRORS).describe("A code of RFC 7591, RFC 6750 or RFC 6749"),
      error_description: z.string().max(4096).describe("What to do about it, in ASCII"),
      type: z.string().max(2048).describe("What kind of problem it is: the address of its page"),
      title: z.string().max(200).describe("The kind of problem, for people"),
      status: z.int().min(400).max(599).describe("The status again"),
      detail: z.string().max(4096).describe("What to do about it"),
      instance: z.string().max(64).describe("This occurrence; quote it when you ask for help"),
    })
    .meta({ id: "OAuthError" }),
);

/** An operation's refusals by status, as `failures` has them for all others. */
export function oauthFailures(contract: RouteContract, book: SchemaBook): Record<string, unknown> {
  const schema = book.refer(OAuthErrorShape(), "output");
  const answer = (types: readonly ProblemType[], description: string) => ({
    description,
    headers: headersOf(headersOfProblems(types)),
    content: {
      "application/json": {
        schema,
        examples: Object.fromEntries(
          types.map((type) => [
            type,
            { summary: problemTypes[type].title, value: exampleOf(type).body },
          ]),
        ),
      },
    },
  });
  const types = Map.groupBy(new Set(problemsOf(contract)), (type) => exampleOf(type).status);
  return {
    ...Object.fromEntries(
      [...types].map(([status, those]) => [
        status,
        answer(those, those.map((type) => problemTypes[type].title).join("; ")),
      ]),
    ),
    default: answer(["internal-error"], "Any error that was not known when this was made"),
  };
}

const exampleOf = (type: ProblemType) => oauthError(refusalExamples[type], EXAMPLE_INSTANCE);
