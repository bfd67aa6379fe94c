import type { Ask } from "../../../support/api.ts";
import type { Begin } from "./begin.ts";

/** What one request to the API costs the directory, whose budget all customers share, and the tables. */
export interface CostRow {
  /** A customer, where it is left out. */
  readonly by?: "operator" | "registrant";
  /** At a host whose clients get their tokens where Entra issues them. */
  readonly at?: "entra";
  /** What has been done to the client before. */
  readonly begin?: Begin;
  /** Of several rows of a route, which this is: as docs/cost-of-routes.md has it. */
  readonly when?: string;
  readonly ask: readonly [method: string, path: string, ask?: Ask | (() => Ask)];
  readonly status: number;
  /** The function that answers. */
  readonly route: string;
  readonly calls: readonly string[];
  readonly tables: number;
}
