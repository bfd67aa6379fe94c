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
