import { RemoteUnavailable } from "../../shared/base/unavailable.ts";
import { DirectoryRefused } from "../../shared/clients/ports.ts";
import { type OperationMessage, workOn } from "../../shared/events/operation-message.ts";
import type { StopNotice } from "../../shared/events/stop-notice.ts";
import { retireOnTime } from "../../shared/operations/credentials/retire-secret.ts";
import {
  checkOperation,
  settleAbandonedCreate,
} from "../../shared/operations/settling/check-operation.ts";
import { keepHouse } from "../../shared/operations/settling/housekeeping.ts";
import { reconcile } from "../../shared/operations/settling/reconcile.ts";
import { takeStep } from "../../shared/operations/whole/take-step.ts";
import { takeUpLost } from "../../shared/operations/whole/take-up-lost.ts";
import { type Beside, type TestProduct, testProduct } from "../support/product.ts";
import type { Outside } from "./outside.ts";
import { away, type Otherwise, type Process } from "./process.ts";

/** A process that works on requests and messages until it dies at one of its remote calls. */
export interface Host {
  readonly product: TestProduct;
  readonly death: Promise<"died">;
  isDead(): boolean;
  handle(message: OperationMessage): Promise<string>;
  settleCreate(about: { subscription: string; operationId: string }): Promise<"ended" | "waiting">;
  reconcile(): Promise<unknown>;
  /** What the timer does hourly. */
  keepHouse(): Promise<unknown>;
}

const NO_LIMITS = {
  ...{ maxClients: 1_000, maxDeleted: 1_000 },
  ...{ writesPerMinute: 1_000_000, directoryWritesPerMinute: 100_000 },
};

/** Of what is not there it says that first; and whoever may make an application may read any by its id. */
const ofDirectory =
  ({ directory }: Outside): Otherwise =>
  (fate, call, [about]) => {
    const isThere = call === "create" || directory.all().some(({ id }) => id === about);
    if (CHANGES.has(call)) {
      if (fate !== "refused") return { kind: fate, retryAfterSeconds: 1, throttled: false };
      return isThere ? { kind: fate, refusal: { reason: "not-ours" } } : "pass";
    }
    if (fate !== "refused") throw new RemoteUnavailable("directory", { executed: "no" });
    if (call !== "findByOperation") return "pass";
    throw new DirectoryRefused({ reason: "not-ours" });
  };

/** @param beside what the product has besides, made over the process's own calls */
export function startHost(
  out: Outside,
  process: Process,
  beside: Pick<Beside, "promise" | "unlist"> & {
    readonly tellStop?: (notice: StopNotice) => Promise<string>;
  } = {},
): Host {
  const { remote, runtime, death, isDead } = process;
  const product = testProduct(
    NO_LIMITS,
    {
      clients: remote(out.tables.clients, away("records")),
      journal: remote(out.tables.journal, away("records")),
    },
    {
      runtime,
      directory: remote(out.directory, ofDirectory(out), {
        late: (call, asked) => out.replica.answer(call, asked, out.runtime.random),
        made: (call, asked, answer) => {
          if (CHANGES.has(call)) out.replica.note(call, asked, answer);
        },
      }),
      checks: remote(out.checks, away("bus")),
      events: remote(out.events, away("bus")),
      consentQueue: remote(out.consentQueue, away("bus")),
      ...beside,
    },
  );
  const handle = (message: OperationMessage): Promise<string> =>
    workOn(message, {
      "operation.check": (it) => checkOperation(product, it),
      "operation.incident": async () => "ended",
      "stop.notice": beside.tellStop ?? (async () => "ended"),
      "subscription.run": (it) => takeStep(product, it),
      "secret.retire": (it) => retireOnTime(product, it),
    });
  const entryMs = 60_000;
  return {
    product,
    death,
    isDead,
    handle,
    settleCreate: (about) => settleAbandonedCreate(product, about),
    reconcile: async () => {
      await reconcile({ ...product, handle, entryMs });
      await takeUpLost({ ...product, handle, entryMs });
    },
    keepHouse: () =>
      keepHouse({
        ...product,
        cases: NONE_DECIDED,
        check: handle,
        activityKeptMs: YEAR_MS,
        entryMs,
      }),
  };
}

const YEAR_MS = 365 * 86_400_000;
/** The consent clock's own, which is not simulated. */
const NONE_DECIDED = {
  decidedOn: async function* (): AsyncGenerator<never> {},
  forgetDecidedOn: async () => undefined,
};
const CHANGES = new Set([
  ...["create", "rename", "setDisabled", "delete", "restore", "purge"],
  ...["addSecret", "removeSecret", "addFederated", "removeFederated"],
  ...["addCertificate", "removeCertificate"],
]);
