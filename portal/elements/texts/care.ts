import { str } from "@lit/localize";
import type { Msg } from "./msg.ts";

/** Texts of the part of `<latchkey-clients>` that is loaded later. */
export const careTexts = (msg: Msg) => ({
  ...secretTexts(msg),
  ...reminderTexts(msg),
  ...webhookTexts(msg),
  ...deliveryTexts(msg),
});

export type CareTexts = ReturnType<typeof careTexts>;

const secretTexts = (msg: Msg) => ({
  rescheduleTitle: (name: string) => msg(str`When does “${name}” go?`, { id: "rescheduleTitle" }),
  rescheduleMove: msg("It is removed at another time", { id: "rescheduleMove" }),
  rescheduleAt: msg("Removed on", { id: "rescheduleAt" }),
  rescheduleKeep: (at: string) =>
    msg(str`It stays until it expires, on ${at}`, { id: "rescheduleKeep" }),
  rescheduleTooEarly: msg("Choose a time to come. To remove it now, use “Remove”.", {
    id: "rescheduleTooEarly",
  }),
  rescheduleTooLate: (at: string) =>
    msg(str`It expires on ${at}. Choose a time before that.`, { id: "rescheduleTooLate" }),
  rescheduleSubmit: msg("Save time", { id: "rescheduleSubmit" }),
  rescheduled: (name: string, at: string) =>
    msg(str`${name} is removed on ${at}.`, { id: "rescheduled" }),
  kept: (name: string) => msg(str`${name} stays until it expires.`, { id: "kept" }),
  snoozeTitle: (name: string) =>
    msg(str`No reminders of “${name}” for a while`, { id: "snoozeTitle" }),
  snoozeDetail: msg(
    "Nobody gets a reminder of this secret meanwhile. That it has expired is told all the same.",
    { id: "snoozeDetail" },
  ),
  snoozeFor: msg("No reminders for", { id: "snoozeFor" }),
  snoozeNone: msg("Remind again from now on", { id: "snoozeNone" }),
  snoozeSubmit: msg("Save", { id: "snoozeSubmit" }),
  unsnoozed: msg("Reminders come again.", { id: "unsnoozed" }),
});

const reminderTexts = (msg: Msg) => ({
  remindersIntro: msg("How you hear of it before a secret of any of your clients expires.", {
    id: "remindersIntro",
  }),
  watchAllOn: (email: string) =>
    msg(
      str`You are told at ${email} before a secret of any client expires, of new clients as well.`,
      {
        id: "watchAllOn",
      },
    ),
  watchAllOff: (email: string) =>
    msg(
      str`You are told of the clients that you chose one by one. Mail about all of them would go to ${email}.`,
      { id: "watchAllOff" },
    ),
  watchNoMail: msg(
    "You cannot be told by mail: your sign-in proves no mail address, or this service sends no mail. The calendar works all the same.",
    { id: "watchNoMail" },
  ),
  watchAllStart: msg("Remind me of all clients", { id: "watchAllStart" }),
  calendarTitle: msg("Calendar", { id: "calendarTitle" }),
  calendarDetail: msg(
    "Your calendar can show when each secret and certificate expires. It needs a private address: whoever has it sees the names of clients, secrets and certificates, and when they end.",
    { id: "calendarDetail" },
  ),
  calendarSince: (at: string) =>
    msg(
      str`You have had an address since ${at}. It cannot be shown again; make a new one if you have lost it.`,
      { id: "calendarSince" },
    ),
  calendarMake: msg("Make an address", { id: "calendarMake" }),
  calendarAnew: msg("Make a new address", { id: "calendarAnew" }),
  calendarAnewDetail: msg(
    "The address that you have now ends: calendars that use it no longer find anything there.",
    { id: "calendarAnewDetail" },
  ),
  calendarEnd: msg("End the address", { id: "calendarEnd" }),
  calendarEndDetail: msg("Calendars that use it no longer find anything there.", {
    id: "calendarEndDetail",
  }),
  calendarAddress: msg("the address of the calendar", { id: "calendarAddress" }),
  calendarOnce: msg("Copy it now: it is shown this once. Give it to nobody who may not see it.", {
    id: "calendarOnce",
  }),
  calendarOutlook: msg("Add calendar, Subscribe from web", { id: "calendarOutlook" }),
  calendarGoogle: msg("Other calendars +, From URL", { id: "calendarGoogle" }),
  calendarApple: msg("File, New Calendar Subscription", { id: "calendarApple" }),
  calendarOpen: msg("Open in the calendar of this device", { id: "calendarOpen" }),
  calendarMade: msg("The address is there.", { id: "calendarMade" }),
  calendarEnded: msg("The address has ended.", { id: "calendarEnded" }),
});

const webhookTexts = (msg: Msg) => ({
  webhookIntro: msg("Every event of your clients is posted to an address of your own.", {
    id: "webhookIntro",
  }),
  webhookUrl: msg("Address", { id: "webhookUrl" }),
  webhookUrlHint: msg("It begins with https:// and can be reached from the internet.", {
    id: "webhookUrlHint",
  }),
  webhookUrlRefused: msg(
    "This address cannot be used. It has to begin with https:// and be public, without a user name or an unusual port.",
    { id: "webhookUrlRefused" },
  ),
  webhookSetSubmit: msg("Set webhook", { id: "webhookSetSubmit" }),
  webhookChange: msg("Change address", { id: "webhookChange" }),
  webhookSet: msg("The webhook is set.", { id: "webhookSet" }),
  webhookState: msg("State", { id: "webhookState" }),
  webhookStates: {
    on: msg("On", { id: "webhookStates.on" }),
    failing: msg("Failing", { id: "webhookStates.failing" }),
    off: msg("Switched off", { id: "webhookStates.off" }),
  },
  webhookOn: (at: string) => msg(str`Events have been taken since ${at}.`, { id: "webhookOn" }),
  webhookFailing: (at: string) =>
    msg(
      str`Since ${at} the last event was not taken. It is tried again; after three days without any success the webhook is switched off.`,
      { id: "webhookFailing" },
    ),
  webhookOff: (at: string) =>
    msg(
      str`It was switched off on ${at}: for three days nothing had been taken. What happens meanwhile is not sent later; it is in the activity of each client.`,
      { id: "webhookOff" },
    ),
  webhookGone: (at: string) =>
    msg(
      str`It was switched off on ${at}: the address answered that it is gone (410). What happens meanwhile is not sent later; it is in the activity of each client.`,
      { id: "webhookGone" },
    ),
  webhookOnAgain: msg("Switch on again", { id: "webhookOnAgain" }),
  webhookTest: msg("Send a test", { id: "webhookTest" }),
  webhookTested: (outcome: string) => msg(str`Test: ${outcome}`, { id: "webhookTested" }),
  webhookRotate: msg("New signing secret", { id: "webhookRotate" }),
  webhookRotateDetail: msg(
    "You get a new secret now. The old one goes on signing beside it for a while, so that nothing is refused while you change it over.",
    { id: "webhookRotateDetail" },
  ),
  webhookGrace: msg("The old one goes on signing for", { id: "webhookGrace" }),
  webhookLeaked: msg("Not at all: it has leaked", { id: "webhookLeaked" }),
  webhookRotateSubmit: msg("Make new secret", { id: "webhookRotateSubmit" }),
  webhookOldSecret: msg("Older secrets sign as well until", { id: "webhookOldSecret" }),
  webhookRemove: msg("Remove webhook", { id: "webhookRemove" }),
  webhookRemoveDetail: msg(
    "Nothing is sent there any more, not even what waits to be tried again. A webhook that you set later has another secret.",
    { id: "webhookRemoveDetail" },
  ),
  webhookRemoved: msg("The webhook was removed.", { id: "webhookRemoved" }),
  webhookOnceTitle: msg("Copy the signing secret now", { id: "webhookOnceTitle" }),
  webhookOnceDetail: msg(
    "Your receiver checks with it that a message comes from here. This is the only time it is shown; you can make a new one whenever you need it.",
    { id: "webhookOnceDetail" },
  ),
  webhookValue: msg("Signing secret", { id: "webhookValue" }),
});

const deliveryTexts = (msg: Msg) => ({
  deliveries: msg("Last 20 deliveries", { id: "deliveries" }),
  deliveriesAgain: msg("Read again", { id: "deliveriesAgain" }),
  deliveriesNone: msg("Nothing has been sent yet.", { id: "deliveriesNone" }),
  delivered: msg("Taken", { id: "delivered" }),
  notDelivered: msg("Not taken", { id: "notDelivered" }),
  attempt: (number: string) => msg(str`try ${number}`, { id: "attempt" }),
  nextAt: msg("Tried again", { id: "nextAt" }),
  milliseconds: (count: string) => msg(str`${count} ms`, { id: "milliseconds" }),
  answered: (status: string, time: string) =>
    msg(str`Answer ${status} after ${time}`, { id: "answered" }),
  silences: {
    address: msg("This address may not be called", { id: "silences.address" }),
    name: msg("The name leads nowhere", { id: "silences.name" }),
    connection: msg("No connection", { id: "silences.connection" }),
    certificate: msg("The certificate is not valid", { id: "silences.certificate" }),
    time: msg("No answer in time", { id: "silences.time" }),
  },
});
