import type { MessageFacts } from "./message-codec.ts";
import { sqlError, type Token, tokenize } from "./sql-tokens.ts";
import { like, type SqlValue, sqlValue } from "./sql-values.ts";

/** `null` is SQL's unknown: a missing property, or a comparison of values that do not go together. */
type Term = (facts: MessageFacts) => SqlValue;

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "<>": (order) => order !== 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};
const LITERALS: Readonly<Record<string, SqlValue>> = { TRUE: true, FALSE: false, NULL: null };

/**
 * What filters of events need of Service Bus's `SqlFilter`: comparison, AND / OR / NOT, [NOT] IN, [NOT] LIKE … ESCAPE,
 * IS [NOT] NULL, EXISTS, parentheses, literals, user and `sys.` properties. Arithmetic and functions are refused.
 *
 * @throws BusError `argument-error` when it does not parse
 */
export function compileSqlFilter(text: string): (facts: MessageFacts) => boolean {
  const term = new Compiler(tokenize(text)).compile();
  // Three-valued logic: only a certain "true" lets a message through.
  return (facts) => term(facts) === true;
}

/** Recursive descent, loosest binding first: OR, AND, NOT, predicate, operand. */
class Compiler {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  compile(): Term {
    const term = this.#or();
    if (this.#at < this.#tokens.length) throw this.#unexpected();
    return term;
  }

  #or(): Term {
    const terms = [this.#and()];
    while (this.#word("OR")) terms.push(this.#and());
    return terms.length > 1 ? (facts) => any(terms.map((term) => term(facts))) : first(terms);
  }

  #and(): Term {
    const terms = [this.#not()];
    while (this.#word("AND")) terms.push(this.#not());
    if (terms.length === 1) return first(terms);
    return (facts) => negate(any(terms.map((term) => negate(term(facts)))));
  }

  #not(): Term {
    return this.#word("NOT") ? negated(this.#not()) : this.#predicate();
  }

  #predicate(): Term {
    const left = this.#operand();
    const compare = Object.keys(COMPARISONS).find((symbol) => this.#symbol(symbol));
    if (compare) {
      const right = this.#operand();
      return (facts) => compareBy(compare, left(facts), right(facts));
    }
    if (this.#word("IS")) {
      const isNot = this.#word("NOT");
      this.#demand(this.#word("NULL"));
      return (facts) => (left(facts) === null) !== isNot;
    }
    const isNot = this.#word("NOT");
    if (this.#word("IN")) return maybe(isNot, this.#in(left));
    if (this.#word("LIKE")) return maybe(isNot, this.#like(left));
    this.#demand(!isNot);
    return left;
  }

  #in(left: Term): Term {
    this.#demand(this.#symbol("("));
    const among = [this.#operand()];
    while (this.#symbol(",")) among.push(this.#operand());
    this.#demand(this.#symbol(")"));
    return (facts) => any(among.map((term) => compareBy("=", left(facts), term(facts))));
  }

  #like(left: Term): Term {
    const pattern = this.#operand();
    const escaping = this.#word("ESCAPE") ? this.#operand() : () => null;
    return (facts) => like(left(facts), pattern(facts), escaping(facts));
  }

  #operand(): Term {
    if (this.#symbol("(")) {
      const inner = this.#or();
      this.#demand(this.#symbol(")"));
      return inner;
    }
    if (this.#word("EXISTS")) {
      this.#demand(this.#symbol("("));
      const property = this.#property();
      this.#demand(this.#symbol(")"));
      return (facts) => property(facts) !== null;
    }
    const token = this.#tokens[this.#at];
    const known = token?.kind === "word" ? LITERALS[token.value.toUpperCase()] : undefined;
    const literal = token?.kind === "literal" ? token.value : known;
    if (literal === undefined) return this.#property();
    this.#at += 1;
    return () => literal;
  }

  #property(): Term {
    const name = this.#name();
    if (!this.#symbol(".")) return (facts) => userProperty(facts, name);
    const inner = this.#name();
    if (name.toLowerCase() === "user") return (facts) => userProperty(facts, inner);
    if (name.toLowerCase() !== "sys") throw sqlError(`unknown scope '${name}'`);
    return (facts) => facts.system[inner.toLowerCase()] ?? null;
  }

  #name(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "word" && token?.kind !== "name") throw this.#unexpected();
    this.#at += 1;
    return token.value;
  }

  #word(keyword: string): boolean {
    return this.#take("word", keyword);
  }

  #symbol(symbol: string): boolean {
    return this.#take("symbol", symbol);
  }

  #take(kind: Token["kind"], value: string): boolean {
    const token = this.#tokens[this.#at];
    const found = token?.kind === kind && String(token.value).toUpperCase() === value;
    if (found) this.#at += 1;
    return found;
  }

  #demand(found: boolean): void {
    if (!found) throw this.#unexpected();
  }

  #unexpected() {
    const token = this.#tokens[this.#at];
    return sqlError(token ? `unexpected '${token.value}'` : "unexpected end");
  }
}

/** Property names are not case-sensitive; an exact match wins. */
function userProperty(facts: MessageFacts, name: string): SqlValue {
  const properties = facts.properties();
  if (Object.hasOwn(properties, name)) return sqlValue(properties[name]);
  const wanted = name.toLowerCase();
  const entry = Object.entries(properties).find(([key]) => key.toLowerCase() === wanted);
  return sqlValue(entry?.[1]);
}

function compareBy(symbol: string, left: SqlValue, right: SqlValue): SqlValue {
  if (left === null || right === null || typeof left !== typeof right) return null;
  const order = left === right ? 0 : left < right ? -1 : 1;
  return COMPARISONS[symbol]?.(order) ?? null;
}

const negate = (value: SqlValue): SqlValue => (typeof value === "boolean" ? !value : null);
const negated =
  (term: Term): Term =>
  (facts) =>
    negate(term(facts));
const maybe = (isNot: boolean, term: Term): Term => (isNot ? negated(term) : term);

function any(values: readonly SqlValue[]): SqlValue {
  if (values.includes(true)) return true;
  return values.every((value) => value === false) ? false : null;
}

function first(terms: readonly Term[]): Term {
  return terms[0] ?? (() => null);
}
