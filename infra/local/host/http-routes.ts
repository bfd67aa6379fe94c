import * as z from "zod";
import type { ServedFunction } from "./engine.ts";
import type { Log } from "./log.ts";
import { parseRouteTemplate, type RouteTemplate } from "./route-template.ts";

const HttpTrigger = z.looseObject({
  type: z.string().regex(/^httptrigger$/i),
  authLevel: z.string(),
  methods: z.array(z.string().toUpperCase()),
  route: z.string().optional(),
});

/** `Utility.ValidateName` of Azure's host. */
const VALID_NAME = /^[a-z][\w-]{0,127}$/i;
/** Only a function's own route is tested, without host.json's prefix, and only for how it begins. */
const BUILT_IN = /^(admin|runtime)/i;

interface HttpRoute {
  readonly served: ServedFunction;
  /** The function's own route, in lower case. */
  readonly path: string;
  readonly methods: ReadonlySet<string>;
  readonly template: RouteTemplate;
}

interface RouteMatch {
  readonly served: ServedFunction;
  readonly params: Record<string, string>;
}

/**
 * @param path decoded, with its first slash
 * @returns the function whose route and method fit, or nothing: Azure answers 404 for a wrong method, too
 */
export type FindRoute = (method: string, path: string) => RouteMatch | undefined;

/** .NET's `StringComparer.OrdinalIgnoreCase`, for the characters a function's name may have. */
function byName(a: HttpRoute, b: HttpRoute): number {
  const [first, second] = [a, b].map(({ served }) => served.metadata.name.toUpperCase());
  return (first ?? "") < (second ?? "") ? -1 : 1;
}

/**
 * Takes the first function whose route and method fit, **by the order of the functions' names**: Azure's host sorts them so
 * (`FunctionMetadataManager`) and maps one route after the other (`WebScriptHostHttpRoutesManager`). How specific a route is
 * does not count: a catch-all hides every function of its methods whose name sorts later. Such a one is warned of.
 *
 * @throws where Azure puts a function in error: a name it does not take, a route that is the host's own or another function's
 */
export function createHttpRoutes(
  functions: Iterable<ServedFunction>,
  routePrefix: string,
  log: Log,
): FindRoute {
  const routes = [...functions]
    .flatMap((served) => parseTrigger(served, routePrefix, log))
    .sort(byName);
  refuseConflicts(routes);
  for (const { hidden, method, by } of shadowed(routes)) {
    log.write(
      "warning",
      `'${hidden}' is never called with ${method}: '${by}' sorts before it and takes its route.`,
    );
  }

  return (method, path) => {
    for (const { served, methods, template } of routes) {
      if (!methods.has(method)) continue;
      const params = template.match(path);
      if (params) return { served, params };
    }
    return undefined;
  };
}

function parseTrigger(served: ServedFunction, routePrefix: string, log: Log): HttpRoute[] {
  const { name, bindings } = served.metadata;
  const binding = Object.values(bindings).find(({ type }) => /^httptrigger$/i.test(type));
  if (!binding) return [];
  const { authLevel, methods, route } = HttpTrigger.parse(binding);
  if (authLevel.toLowerCase() !== "anonymous") {
    log.write(
      "warning",
      `${name}: authLevel '${authLevel}' needs a function key in Azure; here it is open.`,
    );
  }
  if (!VALID_NAME.test(name) || /^host$/i.test(name)) {
    throw new Error(`'${name}' is not a valid function name.`);
  }
  const path = (route || name).replaceAll(/^\/+|\/+$/g, "");
  if (BUILT_IN.test(path)) {
    throw new Error(`${name}: The specified route conflicts with one or more built in routes.`);
  }
  const template = parseRouteTemplate(`${routePrefix}/${path}`);
  return [{ served, path: path.toLowerCase(), methods: new Set(methods), template }];
}

/** The same route twice puts a function in error; a more general one that hides it does not. */
function refuseConflicts(routes: readonly HttpRoute[]): void {
  for (const [index, { served, path, methods }] of routes.entries()) {
    const other = routes
      .slice(0, index)
      .find(
        (earlier) =>
          earlier.path === path && [...methods].some((method) => earlier.methods.has(method)),
      );
    if (!other) continue;
    throw new Error(
      `${served.metadata.name}: The route specified conflicts with the route defined by function '${other.served.metadata.name}'.`,
    );
  }
}

function shadowed(
  routes: readonly HttpRoute[],
): { readonly hidden: string; readonly method: string; readonly by: string }[] {
  return routes.flatMap((route, index) =>
    [...route.methods].flatMap((method) => {
      const earlier = routes
        .slice(0, index)
        .find(({ methods, template }) => methods.has(method) && template.covers(route.template));
      if (!earlier) return [];
      const names = {
        hidden: route.served.metadata.name,
        by: earlier.served.metadata.name,
      };
      return [{ ...names, method }];
    }),
  );
}
