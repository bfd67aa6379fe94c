import { compileConstraint } from "./route-constraints.ts";

interface Literal {
  readonly kind: "literal";
  /** In lower case. */
  readonly text: string;
}
interface Parameter {
  /** `rest` is a catch-all: `{*path}`. */
  readonly kind: "parameter" | "rest";
  readonly name: string;
  readonly optional: boolean;
  /** As written, `guid` or `int:min(1)`; empty when there are none. */
  readonly constraints: string;
  readonly accepts: (value: string) => boolean;
}
type Segment = Literal | Parameter;

export interface RouteTemplate {
  /**
   * @param path as the server has decoded it, with its first slash
   * @returns the parameters, or nothing when the path is another one
   */
  match(path: string): Record<string, string> | undefined;
  /** Whether every path that fits the other template fits this one too. */
  covers(other: RouteTemplate): boolean;
  readonly segments: readonly Segment[];
}

function parseSegment(text: string): Segment {
  const inner = /^\{(.+)\}$/.exec(text)?.[1];
  if (inner === undefined) {
    if (/[{}]/.test(text)) {
      throw new Error(`A segment that mixes text and parameters is not offered: '${text}'.`);
    }
    return { kind: "literal", text: text.toLowerCase() };
  }
  // A colon inside parentheses belongs to a constraint's argument.
  const [head = "", ...constraints] = inner.split(/:(?![^(]*\))/);
  const names = constraints.map((part) => part.replace(/\?$/, ""));
  const checks = names.map(compileConstraint);
  return {
    kind: head.startsWith("*") ? "rest" : "parameter",
    name: head.replace(/^\*{1,2}/, "").replace(/\?$/, ""),
    optional: inner.endsWith("?"),
    constraints: names.join(":"),
    accepts: (value) => checks.every((check) => check(value)),
  };
}

/**
 * Azure's route templates: `clients/{id}`, `{id:guid}`, `{name?}`, `{*path}`; literals compare without case. Matching is that of
 * ASP.NET Core's `RoutePatternMatcher`: one slash at the end does not count, an empty segment fits nothing but the rest of a
 * catch-all that has begun before it, and a catch-all takes the path as it is, to its last slash.
 */
export function parseRouteTemplate(template: string): RouteTemplate {
  const segments = template.split("/").filter(Boolean).map(parseSegment);

  const match = (path: string): Record<string, string> | undefined => {
    const parameters: Record<string, string> = {};
    let at = 1;
    for (const segment of segments) {
      const ended = at >= path.length;
      const slash = path.indexOf("/", at);
      const value = path.slice(at, slash < 0 ? path.length : slash);
      if (!ended && value === "") return undefined;
      if (segment.kind === "rest") {
        const rest = path.slice(at);
        if (!segment.accepts(rest)) return undefined;
        if (rest !== "") parameters[segment.name] = rest;
        return parameters;
      }
      if (ended) {
        if (segment.kind === "parameter" && segment.optional) continue;
        return undefined;
      }
      if (segment.kind === "literal") {
        if (value.toLowerCase() !== segment.text) return undefined;
      } else {
        if (!segment.accepts(value)) return undefined;
        parameters[segment.name] = value;
      }
      at += value.length + 1;
    }
    return at >= path.length ? parameters : undefined;
  };

  return { match, covers: (other) => coversAll(segments, other.segments), segments };
}

/** Errs on the side of "no": a constraint covers itself and the literals it accepts, nothing cleverer. */
function coversAll(mine: readonly Segment[], theirs: readonly Segment[]): boolean {
  for (const [index, segment] of mine.entries()) {
    const other = theirs[index];
    if (segment.kind === "rest") return segment.constraints === "";
    if (!other) {
      if (segment.kind === "parameter" && segment.optional) continue;
      return false;
    }
    if (other.kind === "rest" || !coversOne(segment, other)) return false;
  }
  return mine.length >= theirs.length;
}

function coversOne(mine: Literal | Parameter, theirs: Literal | Parameter): boolean {
  if (mine.kind === "literal") return theirs.kind === "literal" && mine.text === theirs.text;
  if (theirs.kind === "literal") return mine.accepts(theirs.text);
  if (theirs.optional && !mine.optional) return false;
  return mine.constraints === "" || mine.constraints === theirs.constraints;
}
