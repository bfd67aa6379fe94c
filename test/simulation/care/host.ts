import { inTurn } from "../../../functions/timer/timer-run.ts";
import { dueIndex } from "../../../shared/adapters/records/due-index.ts";
import { foundSecrets } from "../../../shared/adapters/records/found-secrets.ts";
import { letterBox } from "../../../shared/adapters/records/letter-box.ts";
import { lookProgress } from "../../../shared/adapters/records/look-progress.ts";
import { secretTodos } from "../../../shared/adapters/records/secret-todos.ts";
import { watchRecords } from "../../../shared/adapters/records/watch-records.ts";
import { lookForSecrets } from "../../../shared/care/found/look-for-secrets.ts";
import { indexDue } from "../../../shared/care/index-due.ts";
import type { PersonMail } from "../../../shared/care/ports.ts";
import { remind } from "../../../shared/care/remind.ts";
import { parseReminders } from "../../../shared/care/reminders.ts";
import { sendLetters } from "../../../shared/care/send-letters.ts";
import { unsubscribeTokens } from "../../../shared/care/unsubscribe.ts";
import { type HandleDue, workOffDue } from "../../../shared/care/work-off-due.ts";
import { retireDue } from "../../../shared/operations/credentials/retire-secret.ts";
import type { TestProduct } from "../../support/product.ts";
import { type Host, startHost } from "../host.ts";
import type { Process } from "../process.ts";
import { type CareOutside, ofMail } from "./outside.ts";

export const REMINDERS = parseReminders("P30D,P7D,P1D");
const HOUR_MS = 3_600_000;
/** By the machine's clock, which no simulated time lets go on. */
const ENTRY_MS = 60_000;

/** A host that looks after what is due, too. */
export interface CareHost extends Host {
  readonly care: ReturnType<typeof careOf>;
  /** What each of the timers does. */
  readonly timers: Readonly<Record<"reconcile" | "care" | "look", () => Promise<unknown>>>;
}

export const careOf = (product: TestProduct, mail: PersonMail) => ({
  ...product,
  watches: watchRecords(product.clientsTable),
  letterBox: letterBox(product.clientsTable, product.journalTable, product.runtime.newId),
  index: dueIndex(product.journalTable),
  todos: secretTodos(product.clientsTable),
  found: foundSecrets(product.clientsTable),
  progress: lookProgress(product.journalTable),
  reminders: REMINDERS,
  canMail: true,
  mail,
  look: {
    publicUrl: "https://latchkey.example",
    timeZone: "Europe/Berlin",
    tokens: unsubscribeTokens("k".repeat(32)),
  },
  lookEveryMs: HOUR_MS,
  entryMs: ENTRY_MS,
});

export function startCareHost(out: CareOutside, process: Process): CareHost {
  const host = startHost(out, process);
  const care = careOf(host.product, process.remote(out.mail, ofMail(out)));
  const reminding = remind(care);
  const handle: HandleDue = (due, secret) =>
    due.what === "retirement" ? retireDue(host.product, secret) : reminding(due, secret);
  const counted = (work: () => Promise<unknown>) => async () => {
    await work();
    return {};
  };
  return {
    ...host,
    care,
    timers: {
      reconcile: () =>
        inTurn([counted(host.reconcile), counted(host.keepHouse), () => indexDue(care)]),
      care: () => inTurn([() => workOffDue(care, handle), () => sendLetters(care)]),
      look: () => lookForSecrets(care),
    },
  };
}
