import { RemoteUnavailable } from "../../base/unavailable.ts";

/**
 * A table is not there: a storage account that is new, or was restored without its tables. To callers an outage like any other,
 * which nothing but an operator ends; never "there is no such row". Its message, which goes to the log, names the table.
 */
export class RecordsMissing extends RemoteUnavailable {
  readonly table: string;

  constructor(table: string, executed: "no" | "unknown", options?: ErrorOptions) {
    super("records", { executed, retryAfterSeconds: 60 }, options);
    this.name = "RecordsMissing";
    this.message = `The table "${table}" does not exist in the storage account of the records`;
    this.table = table;
  }
}
