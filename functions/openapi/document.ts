import type { ProblemType } from "../edge/problem-types.ts";
import type { RouteContract } from "../edge/route.ts";
import { type Issuers, introduction, securitySchemes } from "./about.ts";
import { documentedHeaders } from "./headers.ts";
import { operation } from "./operation.ts";
import { addProblemSchemas, problemExamples, problemsOf } from "./problem-answers.ts";
import { schemaBook } from "./schema-book.ts";
import { tagOf, tags } from "./tags.ts";

/** OpenAPI 3.1, from the very contracts and schemas that requests and answers are held against. */
export function openApiDocument(
  contracts: readonly RouteContract[],
  issuers: Issuers,
): Record<string, unknown> {
  const book = schemaBook();
  const used = new Set<ProblemType>(contracts.flatMap(problemsOf));
  addProblemSchemas(book, used);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const contract of contracts) {
    const path = `/api${contract.path}`;
    const method = contract.method.toLowerCase();
    paths[path] = { ...paths[path], [method]: operation(contract, book, used) };
  }
  const named = new Set(contracts.map(({ path }) => tagOf(path)));
  return {
    openapi: "3.1.0",
    info: introduction(issuers),
    servers: [
      {
        url: "/",
        description: "The environment that this document was read in: production, staging or local",
        "x-internal": false,
      },
    ],
    tags: tags.filter(({ name }) => named.has(name)),
    paths,
    components: {
      schemas: book.schemas,
      headers: documentedHeaders,
      examples: problemExamples(used),
      securitySchemes: securitySchemes(issuers),
    },
  };
}
