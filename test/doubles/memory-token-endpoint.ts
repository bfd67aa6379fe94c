import type {
  ClientCredentials,
  TokenEndpoint,
  TriedOut,
} from "../../shared/clients/token-endpoint.ts";

export interface MemoryTokenEndpoint extends TokenEndpoint {
  /** From now on these are taken. */
  know(credentials: ClientCredentials): void;
  /** What the next requests are answered, one after another, whatever they ask. */
  answerNext(...answers: TriedOut[]): void;
  /** How often it was asked. */
  readonly asked: () => number;
}

/** The token endpoint in memory, for tests of rules. The contract test holds it against the real adapter. */
export function memoryTokenEndpoint(): MemoryTokenEndpoint {
  const known = new Set<string>();
  const scripted: TriedOut[] = [];
  let asked = 0;
  const nameOf = ({ appId, secretText }: ClientCredentials) => `${appId} ${secretText}`;
  return {
    know: (credentials) => {
      known.add(nameOf(credentials));
    },
    answerNext: (...answers) => {
      scripted.push(...answers);
    },
    asked: () => asked,
    tryOut: async (credentials) => {
      asked += 1;
      return scripted.shift() ?? { kind: known.has(nameOf(credentials)) ? "accepted" : "refused" };
    },
  };
}
