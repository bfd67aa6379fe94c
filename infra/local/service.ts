/** What every stand-in of the local cloud gives back once it answers. */
export interface LocalService {
  /** The settings with which the product finds this service; exactly what Azure's own would need. */
  readonly settings: Readonly<Record<string, string>>;
  /** Forgets all data, as if it had been made a moment ago. */
  reset(): Promise<void>;
  /** Closes every socket and file. What was durable stays durable. */
  stop(): Promise<void>;
}
