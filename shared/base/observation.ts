import { AsyncLocalStorage } from "node:async_hooks";

/** What one invocation cost and came across. It becomes the invocation's one log line; never holds a secret, token or name of a person. */
export interface Observation {
  directoryCalls: number;
  directoryThrottled: number;
  tableOperations: number;
  messages: number;
  /** Things worth knowing that did not change the outcome, by name. */
  readonly notes: string[];
  operationId?: string;
  /** What was counted against the caller, for the answer's headers; not in the log. */
  readonly rates: Rate[];
}

/** One of the caller's allowances in a minute. */
export interface Rate {
  readonly policy: "requests" | "writes";
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until it begins anew. */
  readonly resetSeconds: number;
}

const current = new AsyncLocalStorage<Observation>();

/** Runs `work` with an observation of its own, which everything called from it counts into. */
export function observe<T>(observation: Observation, work: () => Promise<T>): Promise<T> {
  return current.run(observation, work);
}

export const newObservation = (): Observation => ({
  directoryCalls: 0,
  directoryThrottled: 0,
  tableOperations: 0,
  messages: 0,
  notes: [],
  rates: [],
});

type Counter = "directoryCalls" | "directoryThrottled" | "tableOperations" | "messages";

export function count(counter: Counter): void {
  const observation = current.getStore();
  if (observation) observation[counter] += 1;
}

/** @param name a fixed text such as `consent-request-deferred`; no data */
export function note(name: string): void {
  current.getStore()?.notes.push(name);
}

export function nameOperation(operationId: string): void {
  const observation = current.getStore();
  if (observation) observation.operationId = operationId;
}

/** What is left of one of the caller's allowances, as it is known last. */
export function noteRate(rate: Rate): void {
  const rates = current.getStore()?.rates;
  if (!rates) return;
  const known = rates.findIndex(({ policy }) => policy === rate.policy);
  rates.splice(known < 0 ? rates.length : known, 1, rate);
}

export const ratesNoted = (): readonly Rate[] => current.getStore()?.rates ?? [];
