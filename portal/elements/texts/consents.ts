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
  showRevoked: msg("Withdrawn", { id: "showRevoked" }),
  showDrifted: msg("More than asked for", { id: "showDrifted" }),
  choiceCount: (name: string, count: string) => msg(str`${name} (${count})`, { id: "choiceCount" }),
  search: msg("Search", { id: "search" }),
  searchFor: msg("Name, customer, person or id", { id: "searchFor" }),
  searchNone: msg("No request in this state fits.", { id: "searchNone" }),
  oneRequest: msg("Consent request", { id: "oneRequest" }),
  allRequests: msg("All requests", { id: "allRequests" }),
  asksFor: msg("Asks for", { id: "asksFor" }),
  readData: msg("Read data", { id: "readData" }),
  changeData: msg("Change data", { id: "changeData" }),
  riskLow: msg("low risk", { id: "riskLow" }),
  riskMedium: msg("medium risk", { id: "riskMedium" }),
  riskHigh: msg("high risk", { id: "riskHigh" }),
  signedInAs: (subject: string, issuer: string) =>
    msg(str`Signed in as ${subject} at ${issuer}`, { id: "signedInAs" }),
  customerHas: msg("Customer has besides", { id: "customerHas" }),
  customerNone: msg("no other client", { id: "customerNone" }),
  customerStates: (waiting: number, granted: number, rejected: number, withdrawn: number) =>
    msg(str`${waiting} waiting, ${granted} granted, ${rejected} rejected, ${withdrawn} withdrawn`, {
      id: "customerStates",
    }),
  decidedBy: (who: string) => msg(str`Decided by ${who}`, { id: "decidedBy" }),
  someOperator: msg("an operator", { id: "someOperator" }),
  inDirectory: msg("Found in the directory", { id: "inDirectory" }),
  flagMixed: msg("A word of the name mixes letters of several scripts", { id: "flagMixed" }),
  flagResembles: msg("The name looks like another customer's client", { id: "flagResembles" }),
  driftTitle: msg("Has more than it asked for", { id: "driftTitle" }),
  driftRole: (role: string, resource: string) =>
    msg(str`${role} of ${resource}`, { id: "driftRole" }),
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
