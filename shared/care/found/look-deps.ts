import type { Runtime } from "../../base/runtime.ts";
import type { ClientDirectory, ClientRecords } from "../../clients/ports.ts";
import type { SecretDirectory } from "../../clients/secret-directory.ts";
import type { FoundSecrets } from "../../clients/secret-record.ts";
import type { Journal } from "../../operations/admission/ports.ts";
import type { TellDeps } from "../../operations/admission/tell.ts";
import type { LookProgress } from "./look-progress.ts";

export interface LookDeps extends TellDeps {
  readonly directory: Pick<ClientDirectory, "getMany"> & Pick<SecretDirectory, "listSecrets">;
  readonly records: Pick<ClientRecords, "at" | "client" | "deletedAt" | "underWay">;
  readonly found: FoundSecrets;
  readonly progress: LookProgress;
  readonly journal: TellDeps["journal"] & Pick<Journal, "active">;
  readonly runtime: Runtime;
  /** How often a pass begins, in milliseconds. */
  readonly lookEveryMs: number;
  /** Age from which a pass counts as its host's death, in milliseconds. */
  readonly reconcileAfterMs: number;
  /** Longest time one client may take, in milliseconds. */
  readonly entryMs: number;
}
