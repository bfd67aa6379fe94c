import { sqlError, type Token, tokenize } from "./sql-tokens.ts";

export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";
export type Arithmetic = "+" | "-" | "*" | "/" | "%";

export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "property"; readonly scope: "sys" | "user"; readonly name: string }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | Binary<"compare", Comparison>
  | Binary<"calculate", Arithmetic>
  | { readonly kind: "in"; readonly operand: Expression; readonly among: readonly Expression[] }
  | {
      readonly kind: "like";
      readonly operand: Expression;
      readonly pattern: Expression;
      readonly escape?: Expression;
    }
  | { readonly kind: "is-null"; readonly operand: Expression }
  | { readonly kind: "exists"; readonly property: Expression };

interface Binary<Kind extends string, Operator> {
  readonly kind: Kind;
  readonly operator: Operator;
  readonly left: Expression;
  readonly right: Expression;
}

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ["=", "="],
  ["<>", "<>"],
  ["!=", "<>"],
  ["<", "<"],
  ["<=", "<="],
  [">", ">"],
  [">=", ">="],
]);
const SUMS: ReadonlyMap<string, Arithmetic> = new Map([
  ["+", "+"],
  ["-", "-"],
]);
const PRODUCTS: ReadonlyMap<string, Arithmetic> = new Map([
  ["*", "*"],
  ["/", "/"],
  ["%", "%"],
]);
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ["TRUE", true],
  ["FALSE", false],
  ["NULL", null],
]);

/** @throws BusError `argument-error` */
export function parseSql(text: string): Expression {
  return new Parser(tokenize(text)).parse();
}

/** Recursive descent, loosest binding first: OR, AND, NOT, comparison, sum, product, sign. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Expression {
    const expression = this.#or();
    if (this.#peek()) throw this.#unexpected();
    return expression;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#word("OR")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.#word("AND")) left = { kind: "and", left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    return this.#word("NOT") ? { kind: "not", operand: this.#not() } : this.#predicate();
  }

  #predicate(): Expression {
    const left = this.#sum();
    const token = this.#peek();
    const operator = token?.kind === "symbol" ? COMPARISONS.get(token.value) : undefined;
    if (operator) {
      this.#at += 1;
      return { kind: "compare", operator, left, right: this.#sum() };
    }
    if (this.#word("IS")) {
      const negated = this.#word("NOT");
      this.#demandWord("NULL");
      return maybeNot(negated, { kind: "is-null", operand: left });
    }
    const negated = this.#word("NOT");
    if (this.#word("IN")) return maybeNot(negated, this.#in(left));
    if (this.#word("LIKE")) return maybeNot(negated, this.#like(left));
    if (negated) throw this.#unexpected();
    return left;
  }

  #in(operand: Expression): Expression {
    this.#demandSymbol("(");
    const among = [this.#sum()];
    while (this.#symbol(",")) among.push(this.#sum());
    this.#demandSymbol(")");
    return { kind: "in", operand, among };
  }

  #like(operand: Expression): Expression {
    const pattern = this.#sum();
    return this.#word("ESCAPE")
      ? { kind: "like", operand, pattern, escape: this.#sum() }
      : { kind: "like", operand, pattern };
  }

  #sum(): Expression {
    return this.#chain(SUMS, () => this.#product());
  }

  #product(): Expression {
    return this.#chain(PRODUCTS, () => this.#signed());
  }

  #chain(operators: ReadonlyMap<string, Arithmetic>, operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const token = this.#peek();
      const operator = token?.kind === "symbol" ? operators.get(token.value) : undefined;
      if (!operator) return left;
      this.#at += 1;
      left = { kind: "calculate", operator, left, right: operand() };
    }
  }

  #signed(): Expression {
    if (this.#symbol("+")) return this.#signed();
    if (!this.#symbol("-")) return this.#primary();
    const zero: Expression = { kind: "literal", value: 0 };
    return { kind: "calculate", operator: "-", left: zero, right: this.#signed() };
  }

  #primary(): Expression {
    if (this.#symbol("(")) {
      const inner = this.#or();
      this.#demandSymbol(")");
      return inner;
    }
    if (this.#word("EXISTS")) {
      this.#demandSymbol("(");
      const property = this.#property();
      this.#demandSymbol(")");
      return { kind: "exists", property };
    }
    const token = this.#peek();
    if (token?.kind === "string" || token?.kind === "number") {
      this.#at += 1;
      return { kind: "literal", value: token.value };
    }
    const literal = token?.kind === "word" ? LITERALS.get(token.value.toUpperCase()) : undefined;
    if (literal === undefined) return this.#property();
    this.#at += 1;
    return { kind: "literal", value: literal };
  }

  #property(): Expression {
    const first = this.#name();
    if (!this.#symbol(".")) return { kind: "property", scope: "user", name: first };
    const scope = first.toLowerCase();
    if (scope !== "sys" && scope !== "user") throw sqlError(`unknown scope '${first}'`);
    return { kind: "property", scope, name: this.#name() };
  }

  #name(): string {
    const token = this.#peek();
    if (token?.kind !== "word" && token?.kind !== "name") throw this.#unexpected();
    this.#at += 1;
    return token.value;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #word(keyword: string): boolean {
    const token = this.#peek();
    const found = token?.kind === "word" && token.value.toUpperCase() === keyword;
    if (found) this.#at += 1;
    return found;
  }

  #symbol(symbol: string): boolean {
    const token = this.#peek();
    const found = token?.kind === "symbol" && token.value === symbol;
    if (found) this.#at += 1;
    return found;
  }

  #demandWord(keyword: string): void {
    if (!this.#word(keyword)) throw this.#unexpected(keyword);
  }

  #demandSymbol(symbol: string): void {
    if (!this.#symbol(symbol)) throw this.#unexpected(symbol);
  }

  #unexpected(wanted?: string) {
    const found = this.#peek();
    const what = found ? `unexpected '${found.value}'` : "unexpected end";
    return sqlError(wanted ? `${what}, '${wanted}' expected` : what);
  }
}

function maybeNot(negated: boolean, operand: Expression): Expression {
  return negated ? { kind: "not", operand } : operand;
}
