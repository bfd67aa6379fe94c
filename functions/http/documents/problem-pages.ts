import type { HttpHandler, HttpRequest, HttpResponseInit } from "@azure/functions";
import { refused } from "../../../shared/base/outcome.ts";
import { problemUri } from "../../edge/problem.ts";
import { exampleProblem } from "../../edge/problem-example.ts";
import { helperSentences, problemHelp } from "../../edge/problem-help.ts";
import { type ProblemType, problemTypes } from "../../edge/problem-types.ts";
import { respond } from "../../edge/serve.ts";
import { sharedDocument } from "../../edge/shared-document.ts";
import { type Look, lookOf, PAGE_HEADERS, pagePolicy } from "./plain-page.ts";
import { indexPage, problemPage } from "./problem-html.ts";

export interface ProblemPagesDeps {
  /** Where the build put the portal, whose look the pages have. */
  readonly folder: string;
  /** Where callers find people who help. */
  readonly support: string | undefined;
}

/** What a problem's `type` leads to: a page for people, and the same as JSON for whoever prefers that. */
export function problemPages({ folder, support }: ProblemPagesDeps): HttpHandler {
  const share = sharedDocument();
  const missing = respond({ corsOrigins: [] }, "problems", async () =>
    refused({ reason: "no-such-route" as const }),
  );
  let look: Promise<Look> | undefined;

  return async (request, context) => {
    const name = (request.params["type"] ?? "").replace(/\/$/, "");
    if (name !== "" && !isType(name)) return missing(request, context);
    const asJson = prefersJson(request);
    look ??= lookOf(folder);
    const text = asJson
      ? `${JSON.stringify(name === "" ? list() : explain(name, support), undefined, 2)}\n`
      : name === ""
        ? indexPage(await look)
        : problemPage(await look, name, support);
    const shared: HttpResponseInit = await share(request, text);
    return {
      status: 200,
      ...shared,
      headers: {
        ...PAGE_HEADERS,
        "content-type": asJson ? "application/json" : "text/html; charset=utf-8",
        "content-security-policy": asJson ? "default-src 'none'" : pagePolicy("'none'"),
        ...shared.headers,
        vary: "Accept, Accept-Encoding",
        "request-id": context.invocationId,
      },
    };
  };
}

const isType = (name: string): name is ProblemType => Object.hasOwn(problemTypes, name);

const explain = (type: ProblemType, support: string | undefined) => {
  const { headers: _, ...example } = exampleProblem(type);
  const { happened, todo, helper } = problemHelp[type];
  return {
    type: problemUri(type),
    ...problemTypes[type],
    happened,
    todo,
    help: helperSentences[helper],
    ...(support !== undefined && { support }),
    example: example.body,
  };
};

const list = () => ({
  items: Object.keys(problemTypes)
    .filter(isType)
    .map((type) => ({ type: problemUri(type), ...problemTypes[type] })),
});

/** Browsers ask for HTML first; a program that names JSON, or anything that is made of it, gets that. */
function prefersJson({ headers }: HttpRequest): boolean {
  const accept = (headers.get("accept") ?? "").toLowerCase();
  const json = accept.search(/application\/(problem\+)?json/);
  const html = accept.search(/text\/html/);
  return json >= 0 && (html < 0 || json < html);
}
