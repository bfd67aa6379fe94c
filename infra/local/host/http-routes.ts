import * as z from "zod";
import type { RegisteredFunction } from "./function-app.ts";
import type { Log } from "./log.ts";
import { compareTemplates, parseRouteTemplate } from "./route-template.ts";

const HttpTrigger = z.looseObject({
  type: z.string().regex(/^httptrigger$/i),
  authLevel: z.string(),
  methods: z.array(z.string().toUpperCase()),
  route: z.string().optional(),
});

interface RouteMatch {
  readonly registered: RegisteredFunction;
  readonly params: Record<string, string>;
}

/** @returns the function whose route and method fit, or nothing: Azure answers 404 for a wrong method, too. */
export type FindRoute = (method: string, path: string) => RouteMatch | undefined;

/** One `%2F` stays inside its segment. A broken escape is taken as it stands. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export function createHttpRoutes(
  functions: Iterable<RegisteredFunction>,
  routePrefix: string,
  log: Log,
): FindRoute {
  const routes: {
    registered: RegisteredFunction;
    methods: Set<string>;
    template: ReturnType<typeof parseRouteTemplate>;
  }[] = [];
  for (const registered of functions) {
    const { name, bindings } = registered.metadata;
    const binding = Object.values(bindings).find(({ type }) => /^httptrigger$/i.test(type));
    if (!binding) continue;
    const { authLevel, methods, route } = HttpTrigger.parse(binding);
    if (authLevel.toLowerCase() !== "anonymous") {
      log.write(
        "warning",
        `${name}: authLevel '${authLevel}' needs a function key in Azure; here it is open.`,
      );
    }
    const template = parseRouteTemplate(`${routePrefix}/${route ?? name}`);
    routes.push({ registered, methods: new Set(methods), template });
  }
  routes.sort((a, b) => compareTemplates(a.template, b.template));

  return (method, path) => {
    const segments = path.split("/").filter(Boolean).map(decode);
    for (const { registered, methods, template } of routes) {
      if (!methods.has(method)) continue;
      const params = template.match(segments);
      if (params) return { registered, params };
    }
    return undefined;
  };
}
