import type { CorrelationFilter, Rule } from "../../topology.ts";
import type { Shelf } from "../store.ts";
import { BusError } from "./bus-error.ts";
import type { MessageFacts } from "./message-codec.ts";
import { compileSqlFilter } from "./sql-filter.ts";

type Predicate = (facts: MessageFacts) => boolean;

/** The rule Azure puts on a subscription that was given none. */
const DEFAULT_RULE: Rule = { name: "$Default", sqlFilter: "1=1" };

export interface SavedRules {
  /** The topology's rules that these grew out of: when the file changes, the file wins. */
  readonly origin: string;
  readonly rules: readonly Rule[];
}

/** The rules of one subscription. A message is for the subscription when any of them matches. Durable. */
export class Rules {
  readonly #shelf: Shelf<SavedRules>;
  readonly #path: string;
  readonly #original: readonly Rule[];
  #rules: readonly Rule[];
  #predicates: readonly Predicate[];

  /** @throws BusError `argument-error` when the topology holds a filter that does not parse. */
  constructor(shelf: Shelf<SavedRules>, path: string, fromTopology: readonly Rule[]) {
    this.#shelf = shelf;
    this.#path = path;
    this.#original = fromTopology.length > 0 ? fromTopology : [DEFAULT_RULE];
    const saved = shelf.get(path);
    this.#rules = saved?.origin === this.#origin() ? saved.rules : this.#original;
    this.#predicates = this.#rules.map(compileRule);
  }

  match(facts: MessageFacts): boolean {
    return this.#predicates.some((matches) => matches(facts));
  }

  list(): readonly Rule[] {
    return this.#rules;
  }

  add(rule: Rule): void {
    if (this.#rules.some(({ name }) => name === rule.name)) {
      throw new BusError(
        "com.microsoft:entity-already-exists",
        `The rule '${rule.name}' exists already.`,
      );
    }
    // Compiled before it is kept: a filter that does not parse is refused.
    const predicates = [...this.#predicates, compileRule(rule)];
    this.#save([...this.#rules, rule]);
    this.#predicates = predicates;
  }

  remove(name: string): void {
    const rest = this.#rules.filter((rule) => rule.name !== name);
    if (rest.length === this.#rules.length) {
      throw new BusError("amqp:not-found", `The rule '${name}' could not be found.`);
    }
    this.#save(rest);
    this.#predicates = rest.map(compileRule);
  }

  reset(): void {
    this.#rules = this.#original;
    this.#predicates = this.#rules.map(compileRule);
  }

  #save(rules: readonly Rule[]): void {
    this.#shelf.put(this.#path, { origin: this.#origin(), rules });
    this.#rules = rules;
  }

  #origin(): string {
    return JSON.stringify(this.#original);
  }
}

function compileRule(rule: Rule): Predicate {
  if (rule.sqlFilter !== undefined) return compileSqlFilter(rule.sqlFilter);
  return compileCorrelation(rule.correlationFilter ?? {});
}

/** Every condition must hold; strings are compared exactly. */
function compileCorrelation({ properties = {}, ...system }: CorrelationFilter): Predicate {
  const systemWants = Object.entries(system).map(([name, value]) => [name.toLowerCase(), value]);
  const propertyWants = Object.entries(properties);
  return (facts) => {
    if (!systemWants.every(([name, value]) => facts.system[name ?? ""] === value)) return false;
    if (propertyWants.length === 0) return true;
    const has = facts.properties();
    return propertyWants.every(([name, value]) => has[name] === value);
  };
}
