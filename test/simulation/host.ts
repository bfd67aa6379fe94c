import { RemoteUnavailable } from "../../shared/base/unavailable.ts";
import { DirectoryRefused } from "../../shared/clients/ports.ts";
import { type OperationMessage, workOn } from "../../shared/events/operation-message.ts";
import { retireOnTime } from "../../shared/operations/credentials/retire-secret.ts";
import {
  checkOperation,
  settleAbandonedCreate,
} from "../../shared/operations/settling/check-operation.ts";
import { keepHouse } from "../../shared/operations/settling/housekeeping.ts";
import { reconcile } from "../../shared/operations/settling/reconcile.ts";
import { takeStep } from "../../shared/operations/whole/take-step.ts";
import { takeUpLost } from "../../shared/operations/whole/take-up-lost.ts";
import { type TestProduct, testProduct } from "../support/product.ts";
import type { Fate, Fates } from "./fates.ts";
import type { Outside } from "./outside.ts";
import type { Scheduler } from "./scheduler.ts";

/** A process that works on requests and messages until it dies at one of its remote calls. */
export interface Host {
  readonly product: TestProduct;
  readonly death: Promise<"died">;
  isDead(): boolean;
  handle(message: OperationMessage): Promise<string>;
  settleCreate(about: { subscription: string; operationId: string }): Promise<string>;
  reconcile(): Promise<unknown>;
  /** What the timer does hourly. */
  keepHouse(): Promise<unknown>;
}

const never = new Promise<never>(() => undefined);

type Misfortune = Exclude<Fate, "pass" | "dies-before" | "dies-after" | "late">;
/** What a call comes to that is not answered as it should be; `pass`: it is all the same. */
type Otherwise = (fate: Misfortune, call: string, asked: readonly unknown[]) => unknown;

const LONGEST_NOTE = 600;
const NO_LIMITS = {
  ...{ maxClients: 1_000, maxDeleted: 1_000 },
  ...{ writesPerMinute: 1_000_000, directoryWritesPerMinute: 100_000 },
};

const away =
  (service: "records" | "bus"): Otherwise =>
  (fate) => {
    if (fate === "refused") return "pass";
    throw new RemoteUnavailable(service, { executed: fate === "unknown" ? "unknown" : "no" });
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

/**
 * @param note told of each call, and of what becomes of it
 */
export function startHost(
  out: Outside,
  scheduler: Scheduler,
  fates: Fates,
  note: (what: string) => void,
): Host {
  let isDead = false;
  let die: () => void = () => undefined;
  const death = new Promise<"died">((resolve) => {
    die = () => {
      isDead = true;
      resolve("died");
    };
  });
  const turn = async (): Promise<void> => {
    await scheduler.turn();
    if (isDead) await never;
  };
  const call = async (
    what: string,
    perform: () => unknown,
    otherwise: (fate: Misfortune) => unknown,
    late: () => { value: unknown } | undefined,
  ): Promise<unknown> => {
    await turn();
    // No two calls are made at the same time.
    out.runtime.pass(1);
    const fate = fates.next();
    note(`${fate} ${what}`);
    if (fate === "dies-before") {
      die();
      return never;
    }
    if (fate === "not-now" || fate === "refused") {
      const answer = otherwise(fate);
      if (answer !== "pass") return answer;
    }
    const old = fate === "late" ? late() : undefined;
    if (old) return old.value;
    const answer = await perform();
    if (fate === "dies-after") {
      die();
      return never;
    }
    return fate === "unknown" ? otherwise(fate) : answer;
  };
  const remote = <T extends object>(port: T, otherwise: Otherwise): T =>
    new Proxy(port, {
      get: (target, name, self) => {
        const member: unknown = Reflect.get(target, name, self);
        const isDirectory = target === (out.directory as object);
        if (typeof member !== "function" || NOT_REMOTE.has(String(name))) return member;
        return (...asked: unknown[]) =>
          call(
            `${String(name)} ${JSON.stringify(asked).slice(0, LONGEST_NOTE)}`,
            async () => {
              const answer: unknown = await Reflect.apply(member, target, asked);
              if (isDirectory && CHANGES.has(String(name)))
                out.replica.note(String(name), asked, answer);
              return answer;
            },
            (fate) => otherwise(fate, String(name), asked),
            () =>
              isDirectory ? out.replica.answer(String(name), asked, out.runtime.random) : undefined,
          );
      },
    });
  const runtime = {
    ...out.runtime,
    pause: async (milliseconds: number): Promise<void> => {
      out.runtime.pass(milliseconds);
      await turn();
    },
  };
  const product = testProduct(
    NO_LIMITS,
    {
      clients: remote(out.tables.clients, away("records")),
      journal: remote(out.tables.journal, away("records")),
    },
    {
      runtime,
      directory: remote(out.directory, ofDirectory(out)),
      checks: remote(out.checks, away("bus")),
      events: remote(out.events, away("bus")),
      consentQueue: remote(out.consentQueue, away("bus")),
    },
  );
  const handle = (message: OperationMessage): Promise<string> =>
    workOn(message, {
      "operation.check": (it) => checkOperation(product, it),
      "operation.incident": async () => "ended",
      "stop.notice": async () => "ended",
      "subscription.run": (it) => takeStep(product, it),
      "secret.retire": (it) => retireOnTime(product, it),
    });
  const entryMs = 60_000;
  return {
    product,
    death,
    isDead: () => isDead,
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
/** What tests ask of the doubles. */
const NOT_REMOTE = new Set(["all"]);
