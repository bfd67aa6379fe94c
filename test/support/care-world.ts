import { dueIndex } from "../../shared/adapters/records/due-index.ts";
import { letterBox } from "../../shared/adapters/records/letter-box.ts";
import { lookProgress } from "../../shared/adapters/records/look-progress.ts";
import { secretTodos } from "../../shared/adapters/records/secret-todos.ts";
import { watchRecords } from "../../shared/adapters/records/watch-records.ts";
import { indexDue } from "../../shared/care/index-due.ts";
import { remind } from "../../shared/care/remind.ts";
import { parseReminders } from "../../shared/care/reminders.ts";
import { sendLetters } from "../../shared/care/send-letters.ts";
import { unsubscribeTokens } from "../../shared/care/unsubscribe.ts";
import { workOffDue } from "../../shared/care/work-off-due.ts";
import type { Watch } from "../../shared/clients/watch.ts";
import { addSecret } from "../../shared/operations/credentials/add-secret.ts";
import { memoryMail } from "../doubles/memory-mail.ts";
import { memoryTable } from "../doubles/memory-table.ts";
import { life } from "../doubles/mortal.ts";
import { aClient, testProduct } from "./product.ts";
import { ANN, NOON } from "./samples.ts";

const DAY_MS = 86_400_000;
const LIMITS = { maxClients: 100, writesPerMinute: 10_000, directoryWritesPerMinute: 100_000 };

/**
 * A product in memory with one client of Ann's, whose people are told of what ends.
 *
 * @param process what may die at any of its calls of tables, bus and mail
 */
export async function careWorld(process = life()) {
  const tables = { clients: process.of(memoryTable()), journal: process.of(memoryTable()) };
  const product = testProduct(LIMITS, tables);
  const mail = memoryMail();
  const client = await aClient(product, { displayName: "Nightly import" });
  const deps = () => {
    const { clientsTable, journalTable, runtime } = product;
    return {
      ...product,
      events: process.of(product.events),
      watches: watchRecords(clientsTable),
      letterBox: letterBox(clientsTable, journalTable, runtime.newId),
      reminders: parseReminders("P30D,P7D,P1D"),
      canMail: true,
      index: dueIndex(journalTable),
      progress: lookProgress(journalTable),
      todos: secretTodos(clientsTable),
      mail: process.of(mail),
      look: {
        publicUrl: "https://latchkey.example",
        timeZone: "Europe/Berlin",
        tokens: unsubscribeTokens("k".repeat(32)),
      },
      entryMs: 1_000,
    };
  };
  return {
    process,
    product,
    mail,
    client,
    deps,
    /** What the timers do. */
    run: async () => {
      const all = deps();
      await indexDue(all);
      const worked = await workOffDue(all, remind(all));
      return { ...worked, ...(await sendLetters(all)) };
    },
    watches: (person: string, changes: Partial<Watch> = {}) =>
      watchRecords(product.clientsTable).watch({
        person,
        email: `${person}@contoso.example`,
        subscription: "contoso",
        of: client.id,
        since: NOON,
        by: "person",
        ...changes,
      }),
    /** @returns its id */
    aSecret: async (lifetimeDays: number, displayName = "Production", of = client) => {
      const secret = { displayName, lifetimeDays };
      const request = { subscription: "contoso", clientId: of.id, by: ANN, ...secret };
      const added = await addSecret(product, request);
      if (!added.ok) throw new Error(added.refusal.reason);
      return added.value.keyId;
    },
    passDays: (days: number) => product.runtime.pass(days * DAY_MS),
    told: (type: string) =>
      product.events.published.filter((event) => event.type === type).map(({ data }) => data),
    subjects: (to = "ann") =>
      mail.taken.filter((one) => one.to.startsWith(`${to}@`)).map(({ subject }) => subject),
  };
}

export type CareWorld = Awaited<ReturnType<typeof careWorld>>;
