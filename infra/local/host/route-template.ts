import { compileConstraint } from "./route-constraints.ts";

/** How specific a segment is; the lower one wins, as in ASP.NET Core's `RoutePrecedence`. */
const RANK = { literal: 1, constrained: 2, parameter: 3, constrainedRest: 4, rest: 5 } as const;

interface Literal {
  readonly kind: "literal";
  readonly text: string;
  readonly rank: number;
}
interface Parameter {
  readonly kind: "parameter" | "rest";
  readonly name: string;
  readonly optional: boolean;
  readonly accepts: (value: string) => boolean;
  readonly rank: number;
}
type Segment = Literal | Parameter;

export interface RouteTemplate {
  readonly ranks: readonly number[];
  /** @returns the parameters, or nothing when the path is another one. */
  match(path: readonly string[]): Record<string, string> | undefined;
}

function parseSegment(text: string): Segment {
  const inner = /^\{(.+)\}$/.exec(text)?.[1];
  if (inner === undefined) {
    if (/[{}]/.test(text)) {
      throw new Error(`A segment that mixes text and parameters is not offered: '${text}'.`);
    }
    return { kind: "literal", text: text.toLowerCase(), rank: RANK.literal };
  }
  // A colon inside parentheses belongs to a constraint's argument.
  const [head = "", ...constraints] = inner.split(/:(?![^(]*\))/);
  const checks = constraints.map((part) => compileConstraint(part.replace(/\?$/, "")));
  const rest = head.startsWith("*");
  const constrained = checks.length > 0;
  return {
    kind: rest ? "rest" : "parameter",
    name: head.replace(/^\*{1,2}|\?$/g, "").replace(/\?$/, ""),
    optional: inner.endsWith("?"),
    accepts: (value) => checks.every((check) => check(value)),
    rank: rest
      ? constrained
        ? RANK.constrainedRest
        : RANK.rest
      : constrained
        ? RANK.constrained
        : RANK.parameter,
  };
}

/** Azure's route templates: `clients/{id}`, `{id:guid}`, `{name?}`, `{*path}`; literals compare without case. */
export function parseRouteTemplate(template: string): RouteTemplate {
  const segments = template.split("/").filter(Boolean).map(parseSegment);

  const match = (path: readonly string[]): Record<string, string> | undefined => {
    const parameters: Record<string, string> = {};
    for (const [index, segment] of segments.entries()) {
      if (segment.kind === "rest") {
        const rest = path.slice(index).join("/");
        if (!segment.accepts(rest)) return undefined;
        if (rest) parameters[segment.name] = rest;
        return parameters;
      }
      const value = path[index];
      if (value === undefined) {
        if (segment.kind === "parameter" && segment.optional) continue;
        return undefined;
      }
      if (segment.kind === "literal") {
        if (value.toLowerCase() !== segment.text) return undefined;
      } else {
        if (!segment.accepts(value)) return undefined;
        parameters[segment.name] = value;
      }
    }
    return path.length > segments.length ? undefined : parameters;
  };

  return { ranks: segments.map(({ rank }) => rank), match };
}

/** Most specific first, segment by segment; the shorter template wins where the other only adds optional parts. */
export function compareTemplates(a: RouteTemplate, b: RouteTemplate): number {
  for (let index = 0; index < Math.max(a.ranks.length, b.ranks.length); index += 1) {
    const difference = (a.ranks[index] ?? 0) - (b.ranks[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
