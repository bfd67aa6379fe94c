import type { MessageFacts } from "./message-codec.ts";
import type { Arithmetic, Comparison, Expression } from "./sql-parser.ts";

/** `null` is SQL's unknown: a missing property, or an operation on values that do not go together. */
export type SqlValue = string | number | boolean | null;

export function evaluate(expression: Expression, facts: MessageFacts): SqlValue {
  const value = (operand: Expression) => evaluate(operand, facts);
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "property":
      return propertyOf(expression.scope, expression.name, facts);
    case "exists":
    case "is-null": {
      const operand = expression.kind === "exists" ? expression.property : expression.operand;
      return (value(operand) === null) === (expression.kind === "is-null");
    }
    case "not":
      return negate(value(expression.operand));
    case "and":
      return negate(either(negate(value(expression.left)), negate(value(expression.right))));
    case "or":
      return either(value(expression.left), value(expression.right));
    case "compare":
      return compare(expression.operator, value(expression.left), value(expression.right));
    case "calculate":
      return calculate(expression.operator, value(expression.left), value(expression.right));
    case "in": {
      const operand = value(expression.operand);
      return expression.among
        .map((candidate) => compare("=", operand, value(candidate)))
        .reduce(either, false);
    }
    case "like": {
      const escaping = expression.escape ? value(expression.escape) : null;
      return like(value(expression.operand), value(expression.pattern), escaping);
    }
  }
}

/** Property names are not case-sensitive; an exact match wins. */
function propertyOf(scope: "sys" | "user", name: string, facts: MessageFacts): SqlValue {
  const wanted = name.toLowerCase();
  if (scope === "sys") return facts.system[wanted] ?? null;
  if (Object.hasOwn(facts.properties, name)) return sqlValue(facts.properties[name]);
  const entry = Object.entries(facts.properties).find(([key]) => key.toLowerCase() === wanted);
  return sqlValue(entry?.[1]);
}

function sqlValue(value: unknown): SqlValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  return value instanceof Date ? value.getTime() : null;
}

function negate(value: SqlValue): SqlValue {
  return typeof value === "boolean" ? !value : null;
}

function either(left: SqlValue, right: SqlValue): SqlValue {
  if (left === true || right === true) return true;
  return left === false && right === false ? false : null;
}

function compare(operator: Comparison, left: SqlValue, right: SqlValue): SqlValue {
  if (left === null || right === null || typeof left !== typeof right) return null;
  switch (operator) {
    case "=":
      return left === right;
    case "<>":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}

function calculate(operator: Arithmetic, left: SqlValue, right: SqlValue): SqlValue {
  if (operator === "+" && typeof left === "string" && typeof right === "string") {
    return left + right;
  }
  if (typeof left !== "number" || typeof right !== "number") return null;
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return right === 0 ? null : left / right;
    case "%":
      return right === 0 ? null : left % right;
  }
}

/** `%` is any run of characters, `_` any one; the escape character takes that meaning away. */
function like(text: SqlValue, pattern: SqlValue, escaping: SqlValue): SqlValue {
  if (typeof text !== "string" || typeof pattern !== "string") return null;
  let source = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === escaping) {
      at += 1;
      source += literally(pattern.charAt(at));
    } else if (character === "%") source += ".*";
    else if (character === "_") source += ".";
    else source += literally(character);
  }
  return new RegExp(`^${source}$`, "su").test(text);
}

function literally(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
}
