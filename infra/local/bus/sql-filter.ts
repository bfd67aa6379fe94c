import type { MessageFacts } from "./message-codec.ts";
import { evaluate } from "./sql-evaluate.ts";
import { parseSql } from "./sql-parser.ts";

/**
 * The subset of Service Bus's `SqlFilter` that filters need: comparison, AND / OR / NOT, [NOT] IN, [NOT] LIKE … ESCAPE,
 * IS [NOT] NULL, EXISTS, arithmetic, parentheses, literals, user and `sys.` properties.
 *
 * @throws BusError `argument-error` when it does not parse
 */
export function compileSqlFilter(text: string): (facts: MessageFacts) => boolean {
  const expression = parseSql(text);
  // Three-valued logic: only a certain "true" lets a message through.
  return (facts) => evaluate(expression, facts) === true;
}
