import type { GraphRoute } from "./graph/graph-call.ts";
import { GraphError } from "./graph/graph-error.ts";

export interface RouteMatch {
  readonly route: GraphRoute;
  /** `POST /applications/{id}/addPassword`: how the tap and the request log call it. */
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
}

interface Compiled {
  readonly route: GraphRoute;
  readonly segments: readonly string[];
}

/** Finds the route of a path below `/v1.0`. Alternate keys, `applications(appId='…')`, count as `{id}`. */
export function openRouter(routes: readonly GraphRoute[]) {
  const compiled: Compiled[] = routes.map((route) => ({
    route,
    segments: route.template.slice(1).split("/"),
  }));
  /** The methods of a path; none when there is no such path. */
  const methodsOf = (path: string): string[] => {
    const segments = segmentsOf(path);
    return compiled.flatMap(({ route, segments: template }) =>
      template.length === segments.length && paramsOf(template, segments) ? [route.method] : [],
    );
  };
  const match = (method: string, path: string): RouteMatch | undefined => {
    const segments = segmentsOf(path);
    for (const { route, segments: template } of compiled) {
      if (route.method !== method || template.length !== segments.length) continue;
      const params = paramsOf(template, segments);
      if (params) return { route, name: `${method} ${route.template}`, params };
    }
    return undefined;
  };
  return { match, methodsOf };
}

export const methodNotAllowed = (methods: readonly string[]): GraphError =>
  new GraphError(
    405,
    "Request_BadRequest",
    "Specified HTTP method is not allowed for the request target.",
    { Allow: [...new Set(methods)].join(", ") },
  );

export const unknownSegment = (path: string): GraphError =>
  new GraphError(
    400,
    "BadRequest",
    `Resource not found for the segment '${segmentsOf(path).at(-1) ?? ""}'.`,
  );

const ALTERNATE_KEY = /^(\w+)\((.+)\)$/s;

function segmentsOf(path: string): string[] {
  return path
    .split("/")
    .filter((segment) => segment !== "")
    .flatMap((segment) => {
      const decoded = decode(segment);
      const [, name, key] = ALTERNATE_KEY.exec(decoded) ?? [];
      return name !== undefined && key !== undefined ? [name, key] : [decoded];
    });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray percent sign is part of the name: the look-up then answers 404.
    return segment;
  }
}

function paramsOf(
  template: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of template.entries()) {
    const segment = segments[index] ?? "";
    if (expected.startsWith("{")) params[expected.slice(1, -1)] = segment;
    else if (
      expected.toLowerCase() !==
      segment.replace(/^microsoft\.graph\.(?=\w+Password$)/, "").toLowerCase()
    )
      return undefined;
  }
  return params;
}
