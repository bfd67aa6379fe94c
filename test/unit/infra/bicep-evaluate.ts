import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Node } from "web-tree-sitter";
import type { BicepFile, BicepResource } from "./bicep-tree.ts";

/** What only a deployment knows: kept as its source text, so that a test can still say what it expects. */
export class AtDeployment {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

export type Scope = Readonly<Record<string, unknown>>;
type Fields = Record<string, unknown>;

/**
 * The value of an expression as far as it follows from the file itself and from what it loads: enough to expand the loops
 * over topology.json. Everything else becomes `AtDeployment`.
 */
export function evaluate(file: BicepFile, node: Node, scope: Scope = {}): unknown {
  const value = (child: Node | null | undefined, inner = scope) =>
    child ? evaluate(file, child, inner) : undefined;
  const children = node.namedChildren.flatMap((child) => (child ? [child] : []));
  switch (node.type) {
    case "number":
      return Number(node.text);
    case "boolean":
      return node.text === "true";
    case "null":
      return undefined;
    case "parenthesized_expression":
      return value(children[0]);
    case "array":
      return children.map((child) => value(child));
    case "object":
      return Object.fromEntries(children.map((child) => property(child, value)));
    case "string":
      return text(node, value);
    case "identifier": {
      if (node.text in scope) return scope[node.text];
      const declared = file.variables.get(node.text);
      return declared ? evaluate(file, declared, scope) : new AtDeployment(node.text);
    }
    case "member_expression":
      return member(
        node,
        value(node.childForFieldName("object")),
        node.childForFieldName("property")?.text,
      );
    case "subscript_expression":
      return member(
        node,
        value(node.childForFieldName("object")),
        value(node.childForFieldName("index")),
      );
    case "ternary_expression":
      return value(node.childForFieldName("condition")) === true
        ? value(node.childForFieldName("consequence"))
        : value(node.childForFieldName("alternative"));
    case "binary_expression":
      return binary(node, value);
    // `apply` has put its variable into the scope.
    case "lambda_expression":
      return value(children[1]);
    case "call_expression":
      return call(file, node, scope);
    default:
      return new AtDeployment(node.text);
  }
}

/** The bodies that a resource stands for: one, or one for each turn of its loop. */
export function expand(file: BicepFile, resource: BicepResource, scope: Scope = {}): Fields[] {
  const bodies = resource.loop
    ? listOf(evaluate(file, resource.loop.over, scope)).map((item) =>
        evaluate(file, resource.body, { ...scope, [resource.loop?.variable ?? ""]: item }),
      )
    : [evaluate(file, resource.body, scope)];
  return bodies.map(fieldsOf);
}

export const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};

export const listOf = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value;
  throw new Error(`Not a list that the files decide: ${JSON.stringify(value)}`);
};

type Value = (node: Node | null | undefined, scope?: Scope) => unknown;

function property(node: Node, value: Value): [string, unknown] {
  const [name, content] = node.namedChildren;
  return [(name?.text ?? "").replaceAll("'", ""), value(content)];
}

function text(node: Node, value: Value): unknown {
  const parts = node.namedChildren.map((part) =>
    part?.type === "interpolation" ? value(part.namedChild(0)) : (part?.text ?? ""),
  );
  return parts.some((part) => part instanceof AtDeployment)
    ? new AtDeployment(node.text)
    : parts.join("");
}

function member(node: Node, object: unknown, key: unknown): unknown {
  if (object === undefined || object instanceof AtDeployment) {
    return object === undefined ? undefined : new AtDeployment(node.text);
  }
  return fieldsOf(object)[String(key)];
}

function binary(node: Node, value: Value): unknown {
  const left = value(node.childForFieldName("left"));
  const operator = node.children.find((child) => child && !child.isNamed)?.text;
  if (operator === "??") return left ?? value(node.childForFieldName("right"));
  if (operator === "==") return left === value(node.childForFieldName("right"));
  return new AtDeployment(node.text);
}

function call(file: BicepFile, node: Node, scope: Scope): unknown {
  const name = node.childForFieldName("function")?.text;
  const given = (node.childForFieldName("arguments")?.namedChildren ?? []).flatMap((argument) =>
    argument ? [argument] : [],
  );
  const at = (index: number): unknown => {
    const argument = given[index];
    return argument ? evaluate(file, argument, scope) : undefined;
  };
  const apply = (item: unknown): unknown => {
    const variable = given[1] && lambdaVariable(given[1]);
    return given[1] && variable
      ? evaluate(file, given[1], { ...scope, [variable]: item })
      : new AtDeployment(node.text);
  };
  switch (name) {
    case "loadJsonContent":
      return JSON.parse(readFileSync(join(file.folder, String(at(0))), "utf8"));
    case "map":
      return listOf(at(0)).map(apply);
    case "filter":
      return listOf(at(0)).filter((item) => apply(item) === true);
    case "flatten":
      return listOf(at(0)).flat();
    case "range":
      return Array.from({ length: Number(at(1)) }, (_, index) => Number(at(0)) + index);
    case "length":
      return listOf(at(0)).length;
    case "contains":
      return String(at(1)) in fieldsOf(at(0));
    default:
      return new AtDeployment(node.text);
  }
}

/** The grammar binds `=>` tighter than what follows: `x => x.a == b` comes as `(x => x).a == b`. */
function lambdaVariable(node: Node): string | undefined {
  const first = node.namedChild(0);
  if (node.type === "lambda_expression") return first?.text;
  return first ? lambdaVariable(first) : undefined;
}
