import { calendarLinks } from "../shared/adapters/records/calendar-links.ts";
import { dueIndex } from "../shared/adapters/records/due-index.ts";
import { foundSecrets } from "../shared/adapters/records/found-secrets.ts";
import { letterBox } from "../shared/adapters/records/letter-box.ts";
import { lookProgress } from "../shared/adapters/records/look-progress.ts";
import { secretTodos } from "../shared/adapters/records/secret-todos.ts";
import type { Table } from "../shared/adapters/records/table.ts";
import type { CalendarFeed } from "../shared/care/calendar-feed.ts";
import { indexDue } from "../shared/care/index-due.ts";
import type { PersonMail, WatchRecords } from "../shared/care/ports.ts";
import { remind } from "../shared/care/remind.ts";
import { sendLetters } from "../shared/care/send-letters.ts";
import { unsubscribeTokens } from "../shared/care/unsubscribe.ts";
import type { VersionedSecret } from "../shared/clients/secret-record.ts";
import { retireDue } from "../shared/operations/credentials/retire-secret.ts";
import type { Settings } from "../shared/settings/settings.ts";
import type { composeOperations } from "./compose-operations.ts";
import { requestRate } from "./edge/request-rate.ts";

/** Reads of one subscription's calendar in a minute on each host: calendars ask every few hours. */
const CALENDAR_PER_MINUTE = 60;

interface Parts {
  readonly operations: ReturnType<typeof composeOperations>["operations"];
  readonly tables: { readonly clients: Table; readonly journal: Table };
  readonly watches: WatchRecords;
  /** To customers' people; nothing where no mail service is set. */
  readonly letters: PersonMail | undefined;
  /** The longest that one entry of a timer may take, in milliseconds. */
  readonly entryMs: number;
  /** The longest that a request may take, in milliseconds. */
  readonly requestMs: number;
}

/** What keeps keys from running out unnoticed: what is due by its day, letters, calendars, what others have changed. */
export function composeCare(
  { consent, reminders, secretsLookEveryMs }: Settings,
  { operations, tables, watches, letters, entryMs, requestMs }: Parts,
) {
  const { records, secrets, runtime, journal } = operations;
  const canMail = letters !== undefined;
  const care = {
    secrets,
    todos: secretTodos(tables.clients),
    index: dueIndex(tables.journal),
    progress: lookProgress(tables.journal),
    reminders,
    runtime,
    entryMs,
  };
  const reminding = {
    ...operations,
    watches,
    letterBox: letterBox(tables.clients, tables.journal, runtime.newId),
    reminders,
    canMail,
  };
  const writing = letters &&
    consent.letters && {
      ...reminding,
      index: care.index,
      mail: letters,
      look: {
        publicUrl: consent.publicUrl,
        timeZone: consent.timeZone,
        tokens: unsubscribeTokens(consent.letters.unsubscribeKey),
      },
      entryMs,
    };
  return {
    watching: { records, watches, runtime, canMail },
    unsubscribing: { watches, runtime, tokens: writing?.look.tokens, requestMs },
    rescheduling: { ...operations, index: care.index, reminders },
    calendar: {
      links: calendarLinks(tables.clients),
      records,
      secrets,
      reminders,
      runtime,
      publicUrl: consent.publicUrl,
      rate: requestRate(CALENDAR_PER_MINUTE, runtime),
      write: async (feed: CalendarFeed) => (await calendarWriter()).writeCalendar(feed),
      requestMs,
    },
    caring: {
      ...care,
      remind: remind(reminding),
      retire: (_: unknown, secret: VersionedSecret) => retireDue(operations, secret),
      sendLetters: writing && (() => sendLetters(writing)),
    },
    lookingForSecrets: {
      ...operations,
      found: foundSecrets(tables.clients),
      progress: care.progress,
      lookEveryMs: secretsLookEveryMs,
      entryMs,
    },
    indexDue: () => indexDue({ ...care, journal }),
  };
}

/** Its library is a part of the bundle that is loaded when a calendar first asks. */
const calendarWriter = () => import("../shared/adapters/calendar/write-calendar.ts");
