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
  customerTitle: (subscription: string) =>
    msg(str`Customer ${subscription}`, { id: "customerTitle" }),
  customerOpen: (subscription: string) =>
    msg(str`Customer ${subscription}: clients and activity`, { id: "customerOpen" }),
  customerState: msg("State", { id: "customerState" }),
  customerFree: msg("Nothing of it is stopped.", { id: "customerFree" }),
  customerClients: msg("Clients", { id: "customerClients" }),
  customerNoClients: msg("It has no clients.", { id: "customerNoClients" }),
  ...stopTexts(msg),
});

/** Texts about what operators stop and let go on. */
const stopTexts = (msg: Msg) => ({
  stopsClient: msg("Stop this client", { id: "stopsClient" }),
  stopsSubscription: (subscription: string) =>
    msg(str`Stop the subscription ${subscription}`, { id: "stopsSubscription" }),
  suspend: msg("Suspend client", { id: "suspend" }),
  suspendDetail: msg(
    "It gets no new tokens. Tokens that are out live until they expire; its name, secrets and consent are kept.",
    { id: "suspendDetail" },
  ),
  resume: msg("Resume client", { id: "resume" }),
  resumeDetail: msg(
    "It gets tokens again, with the secrets and the consent that it has, unless its customer suspended it too.",
    { id: "resumeDetail" },
  ),
  suspendedByItsCustomer: (at: string, reason: string) =>
    msg(str`Its customer suspended this client on ${at}. Reason: ${reason}`, {
      id: "suspendedByItsCustomer",
    }),
  revoke: msg("Withdraw consent", { id: "revoke" }),
  revokeDetail: msg(
    "What it may do is taken away in the directory. Tokens that are out live until they expire.",
    { id: "revokeDetail" },
  ),
  suspendAll: msg("Suspend all clients", { id: "suspendAll" }),
  suspendAllDetail: msg(
    "All of its clients are suspended, one by one; it makes no client and no secret meanwhile.",
    { id: "suspendAllDetail" },
  ),
  resumeAll: msg("Resume all clients", { id: "resumeAll" }),
  resumeAllDetail: msg(
    "Its clients are resumed, one by one. A client that was suspended for a reason of its own stays so.",
    { id: "resumeAllDetail" },
  ),
  block: msg("Block new clients", { id: "block" }),
  blockDetail: msg("It makes no more clients. What it has goes on.", { id: "blockDetail" }),
  unblock: msg("Allow new clients", { id: "unblock" }),
  unblockDetail: msg("It may make clients again. If it is suspended it stays so.", {
    id: "unblockDetail",
  }),
  stopReasonHint: msg("The customer reads your reason.", { id: "stopReasonHint" }),
  suspendedAll: (at: string, reason: string) =>
    msg(str`All of its clients have been suspended since ${at}. Reason: ${reason}`, {
      id: "suspendedAll",
    }),
  blocked: (at: string, reason: string) =>
    msg(str`It may make no more clients since ${at}. Reason: ${reason}`, { id: "blocked" }),
  done: (what: string) => msg(str`Done. ${what}`, { id: "done" }),
  runRunning: (what: string, done: number, total: number) =>
    msg(str`${what}: ${done} of ${total} so far`, { id: "runRunning" }),
  runDone: (what: string, done: number, total: number) =>
    msg(str`${what}: ended, ${done} of ${total}`, { id: "runDone" }),
  runCancelled: (what: string) =>
    msg(str`${what}: called off, because it was reversed`, { id: "runCancelled" }),
  runParked: (what: string, done: number, total: number) =>
    msg(str`${what}: given up after ${done} of ${total}. Ask for it again.`, { id: "runParked" }),
  runErrors: msg("Could not be changed:", { id: "runErrors" }),
  offboard: msg("Offboard customer", { id: "offboard" }),
  offboardDetail: msg(
    "It is suspended at once, with all of its clients. When the grace is over they are deleted, one by one. Until then you can call it off.",
    { id: "offboardDetail" },
  ),
  offboardGrace: (time: string) => msg(str`The grace is ${time}.`, { id: "offboardGrace" }),
  offboardCancel: msg("Call off", { id: "offboardCancel" }),
  offboardCancelDetail: msg(
    "The customer stays. Its clients are resumed, one by one. A client that was suspended for a reason of its own stays so.",
    { id: "offboardCancelDetail" },
  ),
  offboardingText: (at: string, reason: string) =>
    msg(str`Offboarding since ${at}. Reason: ${reason}`, {
      id: "offboardingText",
    }),
  offboardIn: (time: string, at: string) =>
    msg(str`Its clients are deleted in ${time}, on ${at}. Until then it can be called off.`, {
      id: "offboardIn",
    }),
  offboardSince: (at: string) =>
    msg(str`The grace ended on ${at}: its clients are being deleted, or have been.`, {
      id: "offboardSince",
    }),
  offboardWaiting: msg(
    "All of its clients are suspended. They are deleted when the grace is over.",
    {
      id: "offboardWaiting",
    },
  ),
  offboardDeleting: msg("Deleting clients", { id: "offboardDeleting" }),
  report: msg("Save report", { id: "report" }),
  reportHint: msg(
    "All that was there: clients, deleted ones too, their secrets without values, consents and activity.",
    { id: "reportHint" },
  ),
  reportSaved: msg("The report is saved.", { id: "reportSaved" }),
  purge: msg("Delete for good", { id: "purge" }),
  purgeTitle: (name: string) => msg(str`Delete “${name}” for good?`, { id: "purgeTitle" }),
  purgeDetail: msg("Nobody can bring it back any more, not even its customer.", {
    id: "purgeDetail",
  }),
  purged: (name: string) => msg(str`${name} is deleted for good.`, { id: "purged" }),
  customerDeletedNone: msg("No client of it can be brought back.", { id: "customerDeletedNone" }),
  restoredCustomers: (name: string) => msg(str`${name} is back.`, { id: "restoredCustomers" }),
});
