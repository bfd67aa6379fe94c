import { str } from "@lit/localize";
import type { Msg, One } from "./msg.ts";

/** Texts of `<latchkey-consents>`. */
export const consentsTexts = (msg: Msg, one: One) => ({
  queueTitle: msg("Consent requests", { id: "queueTitle" }),
  queueIntro: msg("Clients that wait for an administrator, the most urgent first.", {
    id: "queueIntro",
  }),
  queueEmptyTitle: msg("Nothing is waiting", { id: "queueEmptyTitle" }),
  queueEmptyDetail: msg("New requests appear here by themselves, and you are told by an alert.", {
    id: "queueEmptyDetail",
  }),
  queueNone: msg("No request is in this state.", { id: "queueNone" }),
  show: msg("Show", { id: "show" }),
  showPending: msg("Waiting", { id: "showPending" }),
  showOverdue: msg("Overdue", { id: "showOverdue" }),
  showGranted: msg("Granted", { id: "showGranted" }),
  showRejected: msg("Rejected", { id: "showRejected" }),
  requestedBy: msg("Requested by", { id: "requestedBy" }),
  reminders: (count: number) =>
    one(count)
      ? msg("1 reminder sent", { id: "remindersOne" })
      : msg(str`${count} reminders sent`, { id: "reminders" }),
  openGrantPage: msg("Open grant page", { id: "openGrantPage" }),
  newTab: msg("opens in a new tab", { id: "newTab" }),
  verify: msg("Check now", { id: "verify" }),
  grant: msg("Grant", { id: "grant" }),
  reject: msg("Reject", { id: "reject" }),
  actionFor: (action: string, name: string) => msg(str`${action}: ${name}`, { id: "actionFor" }),
  stillPending: (name: string) =>
    msg(str`${name}: no consent in the directory yet.`, { id: "stillPending" }),
  nowState: (name: string, state: string) => msg(str`${name}: ${state}.`, { id: "nowState" }),
  grantTitle: (name: string) => msg(str`Grant consent to “${name}”?`, { id: "grantTitle" }),
  grantDetail: (subscription: string) =>
    msg(str`It may then call the API for the subscription ${subscription}.`, { id: "grantDetail" }),
  grantSubmit: msg("Grant consent", { id: "grantSubmit" }),
  rejectTitle: (name: string) => msg(str`Reject “${name}”?`, { id: "rejectTitle" }),
  rejectDetail: msg("The customer reads your reason next to the client.", { id: "rejectDetail" }),
  rejectReason: msg("Reason", { id: "rejectReason" }),
  rejectSubmit: msg("Reject request", { id: "rejectSubmit" }),
});
