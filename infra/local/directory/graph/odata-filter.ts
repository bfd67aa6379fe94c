import { badQuery, unsupportedQuery } from "./graph-error.ts";

/**
 * `$filter` as a B2C tenant takes it: eq, in, ge, le, startswith, `any` over a collection, and, or, parentheses.
 * What needs an advanced query (ne, not, endswith, contains) is refused, because such tenants have none.
 */
export interface FilterRules {
  /** Graph's name of the resource, for error texts: `Application`. */
  readonly resource: string;
  readonly properties: Readonly<Record<string, readonly Operator[]>>;
}

type Operator = "eq" | "in" | "ge" | "le" | "startswith" | "any-eq" | "any-startswith";
type Predicate = (object: Readonly<Record<string, unknown>>) => boolean;

/** Without advanced queries the directory takes so many alternatives and no more. */
const MAX_ALTERNATIVES = 15;

const TOKEN = /\s*(?:(\()|(\))|(,)|'((?:[^']|'')*)'|([\w./:+-]+))/y;

interface Token {
  readonly kind: "open" | "close" | "comma" | "text" | "word";
  readonly value: string;
}

export function compileFilter(text: string, rules: FilterRules): Predicate {
  const parser = new FilterParser(tokensOf(text), text, rules);
  return parser.parse();
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.trimEnd().length) {
    const match = pattern.exec(text);
    if (!match)
      throw badQuery(
        `Invalid filter clause: There is an unterminated literal or a syntax error in '${text}'.`,
      );
    const [, open, close, comma, literal, word] = match;
    if (open) tokens.push({ kind: "open", value: open });
    else if (close) tokens.push({ kind: "close", value: close });
    else if (comma) tokens.push({ kind: "comma", value: comma });
    else if (literal !== undefined)
      tokens.push({ kind: "text", value: literal.replaceAll("''", "'") });
    else tokens.push({ kind: "word", value: word ?? "" });
  }
  return tokens;
}

class FilterParser {
  readonly #tokens: readonly Token[];
  readonly #text: string;
  readonly #rules: FilterRules;
  #next = 0;
  #alternatives = 1;

  constructor(tokens: readonly Token[], text: string, rules: FilterRules) {
    this.#tokens = tokens;
    this.#text = text;
    this.#rules = rules;
  }

  parse(): Predicate {
    const predicate = this.#or();
    if (this.#next < this.#tokens.length) throw this.#syntaxError();
    return predicate;
  }

  #or(): Predicate {
    const parts = [this.#and()];
    while (this.#takeWord("or")) {
      this.#countAlternatives(1);
      parts.push(this.#and());
    }
    return (object) => parts.some((part) => part(object));
  }

  #and(): Predicate {
    const parts = [this.#clause()];
    while (this.#takeWord("and")) parts.push(this.#clause());
    return (object) => parts.every((part) => part(object));
  }

  #clause(): Predicate {
    if (this.#take("open")) {
      const inner = this.#or();
      this.#expect("close");
      return inner;
    }
    const word = this.#expect("word").value;
    const lower = word.toLowerCase();
    if (["not", "endswith", "contains"].includes(lower)) throw this.#unsupported(word);
    if (lower === "startswith") return this.#startsWith();
    if (lower.endsWith("/any")) return this.#any(word.slice(0, -"/any".length));
    return this.#comparison(word);
  }

  #startsWith(): Predicate {
    this.#expect("open");
    const property = this.#property(this.#expect("word").value, "startswith");
    this.#expect("comma");
    const prefix = this.#expect("text").value.toLowerCase();
    this.#expect("close");
    return (object) =>
      String(object[property] ?? "")
        .toLowerCase()
        .startsWith(prefix);
  }

  /** `tags/any(t:t eq 'x')`; the tokenizer leaves `t:t` whole, and `t: t` in two. */
  #any(collection: string): Predicate {
    this.#expect("open");
    const variable = this.#expect("word").value;
    const first = variable.endsWith(":") ? variable + this.#expect("word").value : variable;
    const prefixed = first.toLowerCase().endsWith(":startswith");
    const property = this.#property(collection, prefixed ? "any-startswith" : "any-eq");
    if (prefixed) {
      this.#expect("open");
      this.#expect("word");
      this.#expect("comma");
    } else if (this.#expect("word").value.toLowerCase() !== "eq") {
      throw this.#unsupported(collection);
    }
    const literal = this.#expect("text").value;
    if (prefixed) this.#expect("close");
    this.#expect("close");
    const hit = prefixed
      ? (item: unknown) => String(item).toLowerCase().startsWith(literal.toLowerCase())
      : (item: unknown) => same(item, literal);
    return (object) => {
      const items = object[property];
      return Array.isArray(items) && items.some(hit);
    };
  }

  #comparison(name: string): Predicate {
    const operator = this.#expect("word").value.toLowerCase();
    if (operator === "in") return this.#in(name);
    if (operator !== "eq" && operator !== "ge" && operator !== "le") throw this.#unsupported(name);
    const property = this.#property(name, operator);
    const literal = this.#literal();
    if (operator === "eq") return (object) => same(object[property], literal);
    const bound = Date.parse(literal);
    const rank = Number.isNaN(bound)
      ? (value: unknown) => String(value).localeCompare(literal)
      : (value: unknown) => Date.parse(String(value)) - bound;
    return operator === "ge"
      ? (object) => rank(object[property]) >= 0
      : (object) => rank(object[property]) <= 0;
  }

  #in(name: string): Predicate {
    const property = this.#property(name, "in");
    this.#expect("open");
    const literals = [this.#literal()];
    while (this.#take("comma")) literals.push(this.#literal());
    this.#expect("close");
    this.#countAlternatives(literals.length - 1);
    return (object) => literals.some((literal) => same(object[property], literal));
  }

  #countAlternatives(more: number): void {
    this.#alternatives += more;
    if (this.#alternatives <= MAX_ALTERNATIVES) return;
    throw unsupportedQuery(
      `Too many child clauses specified in search filter expression containing 'OR' operators: ${this.#alternatives}. Max allowed: ${MAX_ALTERNATIVES}.`,
    );
  }

  #property(name: string, operator: Operator): string {
    const operators = this.#rules.properties[name];
    if (!operators?.includes(operator)) throw this.#unsupported(name);
    return name;
  }

  /** Quoted, or bare as GUIDs of assignments, dates, booleans and null are. */
  #literal(): string {
    const token = this.#tokens[this.#next];
    if (token?.kind !== "text" && token?.kind !== "word") throw this.#syntaxError();
    this.#next += 1;
    return token.value;
  }

  #take(kind: Token["kind"]): boolean {
    if (this.#tokens[this.#next]?.kind !== kind) return false;
    this.#next += 1;
    return true;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== "word" || token.value.toLowerCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #expect(kind: Token["kind"]): Token {
    const token = this.#tokens[this.#next];
    if (token?.kind !== kind) throw this.#syntaxError();
    this.#next += 1;
    return token;
  }

  #unsupported(name: string) {
    return unsupportedQuery(
      `Unsupported or invalid query filter clause specified for property '${name}' of resource '${this.#rules.resource}'.`,
    );
  }

  #syntaxError() {
    return badQuery(`Invalid filter clause: Syntax error in '${this.#text}'.`);
  }
}

/** Strings of the directory compare without regard to case; so do GUIDs. */
function same(value: unknown, literal: string): boolean {
  return String(value).toLowerCase() === literal.toLowerCase();
}
