import { str } from "@lit/localize";
import type { Msg, One } from "./msg.ts";

/** Texts of `<latchkey-clients>`. */
export const clientsTexts = (msg: Msg, one: One) => ({
  clientsTitle: msg("API clients", { id: "clientsTitle" }),
  clientsIntro: msg(
    "Each client lets one application call the API with an id and a secret of its own.",
    { id: "clientsIntro" },
  ),
  newClient: msg("New client", { id: "newClient" }),
  nearestExpiry: msg("Next expiry", { id: "nearestExpiry" }),
  secretCount: (count: number) =>
    one(count)
      ? msg("1 secret", { id: "secretCountOne" })
      : msg(str`${count} secrets`, { id: "secretCount" }),
  certificateCount: (count: number) =>
    one(count)
      ? msg("1 certificate", { id: "certificateCountOne" })
      : msg(str`${count} certificates`, { id: "certificateCount" }),
  noSecrets: msg("No secrets yet", { id: "noSecrets" }),
  secretsOf: (count: number, most: number) =>
    msg(str`${count} of ${most} secrets`, { id: "secretsOf" }),
  secretsFull: msg("Remove a secret to make room for another one.", { id: "secretsFull" }),
  secretUnseen: msg(
    "Nobody here has kept the value of this secret. If you do not have it, remove the secret: it is of no use.",
    { id: "secretUnseen" },
  ),
  notRemoved: (name: string) =>
    msg(str`The secret ${name} could not be removed. Try again on this page.`, {
      id: "notRemoved",
    }),
  clientCount: (count: number) =>
    one(count)
      ? msg("1 client", { id: "clientCountOne" })
      : msg(str`${count} clients`, { id: "clientCount" }),
  filter: msg("Filter by name or ID", { id: "filter" }),
  filterNone: (text: string) => msg(str`No client matches “${text}”.`, { id: "filterNone" }),
  emptyTitle: msg("No clients yet", { id: "emptyTitle" }),
  emptyDetail: msg(
    "Create a client for each application that calls the API. You get an ID at once, and a secret whenever you need one.",
    { id: "emptyDetail" },
  ),
  createTitle: msg("New client", { id: "createTitle" }),
  createIntro: msg(
    "Name it after the application that will use it, so that others recognise it later.",
    { id: "createIntro" },
  ),
  createNameHint: msg("For example: Billing service", { id: "createNameHint" }),
  rolesTitle: msg("What may it do?", { id: "rolesTitle" }),
  rolesNone: msg("Choose at least one.", { id: "rolesNone" }),
  createSubmit: msg("Create client", { id: "createSubmit" }),
  createConsentNote: msg(
    "An administrator is asked to consent as soon as you create it. You can add a secret meanwhile.",
    { id: "createConsentNote" },
  ),
  clientCreated: (name: string) => msg(str`${name} was created.`, { id: "clientCreated" }),
  pendingText: (sla: string, due: string) =>
    msg(
      str`An administrator decides within ${sla} of your request, by ${due}. Until then the client's tokens open nothing.`,
      { id: "pendingText" },
    ),
  overdueText: (sla: string, due: string) =>
    msg(
      str`A decision was promised within ${sla}, by ${due}. It is late, and the administrators have been told.`,
      { id: "overdueText" },
    ),
  grantedText: (at: string) =>
    msg(str`An administrator consented on ${at}. The client can call the API.`, {
      id: "grantedText",
    }),
  rejectedText: (reason: string) =>
    msg(str`An administrator rejected this client: ${reason}`, { id: "rejectedText" }),
  rejectedBare: msg("An administrator rejected this client.", { id: "rejectedBare" }),
  revokedText: (at: string) =>
    msg(str`An administrator withdrew the consent on ${at}. New tokens open nothing.`, {
      id: "revokedText",
    }),
  tokenEndpoint: msg("Token endpoint", { id: "tokenEndpoint" }),
  scope: msg("Scope", { id: "scope" }),
  roles: msg("Allowed to", { id: "roles" }),
  rename: msg("Rename", { id: "rename" }),
  renameTitle: msg("Rename client", { id: "renameTitle" }),
  renameSubmit: msg("Save name", { id: "renameSubmit" }),
  renamed: (name: string) => msg(str`The client is now called ${name}.`, { id: "renamed" }),
  deleteClient: msg("Delete", { id: "deleteClient" }),
  deleteTitle: msg("Delete this client?", { id: "deleteTitle" }),
  deleteDetail: msg(
    "Applications that use it lose their access: no new tokens from now on. You can bring it back within 30 days, under “Deleted clients”.",
    { id: "deleteDetail" },
  ),
  deleteType: (name: string) => msg(str`Type ${name} to confirm`, { id: "deleteType" }),
  deleteSubmit: msg("Delete client", { id: "deleteSubmit" }),
  deleteMismatch: msg("That is not the client's name.", { id: "deleteMismatch" }),
  clientDeleted: (name: string) => msg(str`${name} was deleted.`, { id: "clientDeleted" }),
  secretsEmpty: msg(
    "A client needs a secret to sign in. Its value is shown once, when you add it.",
    { id: "secretsEmpty" },
  ),
  addSecret: msg("Add secret", { id: "addSecret" }),
  addSecretTitle: msg("New secret", { id: "addSecretTitle" }),
  secretsDiscouraged: msg(
    "Secrets are discouraged here. Where your program can, use something else.",
    { id: "secretsDiscouraged" },
  ),
  addSecretNameHint: msg("For example: Production, March", { id: "addSecretNameHint" }),
  lifetime: msg("Expires after", { id: "lifetime" }),
  days: (count: string) => msg(str`${count} days`, { id: "days" }),
  lifetimeLongest: msg("Longest allowed", { id: "lifetimeLongest" }),
  lifetimeLongestOf: (days: string) =>
    msg(str`${days} days (longest allowed)`, { id: "lifetimeLongestOf" }),
  lifetimeDate: msg("On a date …", { id: "lifetimeDate" }),
  expiresOn: msg("Last day", { id: "expiresOn" }),
  dateTooEarly: msg("Choose a day after today.", { id: "dateTooEarly" }),
  dateTooLate: (days: string) =>
    msg(str`Choose a day within the next ${days} days.`, { id: "dateTooLate" }),
  replaceLost: msg("Remove it and create another", { id: "replaceLost" }),
  addSecretSubmit: msg("Create secret", { id: "addSecretSubmit" }),
  secretHint: msg("Starts with", { id: "secretHint" }),
  expires: msg("Expires", { id: "expires" }),
  expiresIn: (time: string) => msg(str`in ${time}`, { id: "expiresIn" }),
  expired: msg("expired", { id: "expired" }),
  removeSecret: msg("Remove", { id: "removeSecret" }),
  removeSecretOf: (name: string) => msg(str`Remove ${name}`, { id: "removeSecretOf" }),
  removeTitle: (name: string) => msg(str`Remove the secret “${name}”?`, { id: "removeTitle" }),
  removeDetail: msg(
    "Applications that still use it can no longer sign in. Tokens they already hold work until they expire.",
    { id: "removeDetail" },
  ),
  removeSubmit: msg("Remove secret", { id: "removeSubmit" }),
  secretRemoved: (name: string) =>
    msg(str`The secret ${name} was removed.`, { id: "secretRemoved" }),
  onceTitle: msg("Copy your secret now", { id: "onceTitle" }),
  onceDetail: msg(
    "This is the only time the value is shown. It is stored nowhere, and nobody can show it again.",
    { id: "onceDetail" },
  ),
  onceDelay: msg("It may take up to 20 seconds until it works.", { id: "onceDelay" }),
  secretValue: msg("Secret value", { id: "secretValue" }),
  try: msg("Get a token and call the API", { id: "try" }),
  samplesPlaceholder: (placeholder: string) =>
    msg(str`Put the value of one of your secrets in the place of ${placeholder}.`, {
      id: "samplesPlaceholder",
    }),
  saveEnvironment: msg("Save as .env", { id: "saveEnvironment" }),
  onceClose: msg("I have stored it", { id: "onceClose" }),
  onceUnsure: msg("You have not copied the value. If you close now, it is gone.", {
    id: "onceUnsure",
  }),
  onceBack: msg("Go back", { id: "onceBack" }),
  onceDiscard: msg("Close without copying", { id: "onceDiscard" }),
  secretCreated: (name: string) => msg(str`The secret ${name} was added.`, { id: "secretCreated" }),
  suspendedText: (at: string, reason: string) =>
    msg(
      str`An administrator suspended this client on ${at}: it gets no new tokens. Reason: ${reason}`,
      { id: "suspendedText" },
    ),
  suspendedByCustomer: (at: string, reason: string) =>
    msg(
      str`This client was suspended on ${at} by your own side: it gets no new tokens. Reason: ${reason}`,
      { id: "suspendedByCustomer" },
    ),
  heldTitle: msg("About to be removed", { id: "heldTitle" }),
  heldAnnounced: (name: string) =>
    msg(str`${name} will be removed. You can undo this for seven seconds.`, {
      id: "heldAnnounced",
    }),
  heldFor: (name: string, time: string) =>
    msg(str`${name} will be removed in ${time}.`, { id: "heldFor" }),
  heldPaused: (name: string) =>
    msg(str`${name} will be removed when you move on.`, { id: "heldPaused" }),
  heldSent: (name: string) => msg(str`${name} is being removed …`, { id: "heldSent" }),
  heldFailed: (name: string) =>
    msg(str`${name} could not be removed and is still there.`, { id: "heldFailed" }),
  heldKeep: msg("Keep it", { id: "heldKeep" }),
  undo: msg("Undo", { id: "undo" }),
  undoOf: (name: string) => msg(str`Undo: keep ${name}`, { id: "undoOf" }),
  undone: (name: string) => msg(str`${name} stays.`, { id: "undone" }),
  onceReady: msg("It works now.", { id: "onceReady" }),
  onceNotReady: msg("It does not work yet. Give it another minute before you use it.", {
    id: "onceNotReady",
  }),
  onceWaiting: msg(
    "It is being created and tried out, until it works. This can take up to 20 seconds.",
    { id: "onceWaiting" },
  ),
  suspendOwn: msg("Suspend", { id: "suspendOwn" }),
  resumeOwn: msg("Resume", { id: "resumeOwn" }),
  suspendOwnDetail: msg(
    "It gets no new tokens until you resume it. Tokens it already holds work until they expire; its name, secrets and consent are kept.",
    { id: "suspendOwnDetail" },
  ),
  resumeOwnDetail: msg("It gets tokens again, with the secrets and the consent that it has.", {
    id: "resumeOwnDetail",
  }),
  suspendReason: msg("Reason", { id: "suspendReason" }),
  suspendReasonHint: msg("For your colleagues: it is shown on this page.", {
    id: "suspendReasonHint",
  }),
  suspendedOwn: (name: string) => msg(str`${name} is suspended.`, { id: "suspendedOwn" }),
  resumedOwn: (name: string) => msg(str`${name} goes on.`, { id: "resumedOwn" }),
  expiresSoon: msg("Expires soon", { id: "expiresSoon" }),
  removeLast: msg(
    "It is the last one that works: without it, this client cannot sign in at all. Add another one first, unless this is what you want.",
    { id: "removeLast" },
  ),
  deletedTitle: msg("Deleted clients", { id: "deletedTitle" }),
  deletedIntro: msg(
    "A deleted client can be brought back for 30 days: with its ids, its name and its secrets.",
    { id: "deletedIntro" },
  ),
  deletedNone: msg("Nothing that was deleted can be brought back.", { id: "deletedNone" }),
  deletedAt: msg("Deleted", { id: "deletedAt" }),
  deletedUntil: msg("Can be restored until", { id: "deletedUntil" }),
  restore: msg("Restore", { id: "restore" }),
  restoreOf: (name: string) => msg(str`Restore ${name}`, { id: "restoreOf" }),
  restored: (name: string) =>
    msg(str`${name} is back. It may take a minute until its secrets work again.`, {
      id: "restored",
    }),
  keysTitle: msg("Without a secret: certificates and federated credentials", { id: "keysTitle" }),
  watchTitle: msg("Reminders by mail", { id: "watchTitle" }),
  watchOn: (email: string) =>
    msg(str`You are told at ${email} before a secret of this client expires.`, { id: "watchOn" }),
  watchAll: (email: string) =>
    msg(str`You are told at ${email} of every client, and so of this one.`, { id: "watchAll" }),
  watchOff: (email: string) =>
    msg(str`You are not told before a secret of this client expires. Mail would go to ${email}.`, {
      id: "watchOff",
    }),
  watchStart: msg("Remind me", { id: "watchStart" }),
  watchStop: msg("Stop reminding me", { id: "watchStop" }),
  watchBegun: msg("You are reminded from now on.", { id: "watchBegun" }),
  watchEnded: msg("You are no longer reminded.", { id: "watchEnded" }),
  rotate: msg("Rotate", { id: "rotate" }),
  rotateOf: (name: string) => msg(str`Rotate ${name}`, { id: "rotateOf" }),
  rotateTitle: (name: string) => msg(str`Rotate the secret “${name}”?`, { id: "rotateTitle" }),
  rotateDetail: msg(
    "You get a new one now. The old one goes on working for a while, so that nothing stops while you change it over.",
    { id: "rotateDetail" },
  ),
  rotateGrace: msg("The old one works for", { id: "rotateGrace" }),
  rotateLeaked: msg("Remove it at once: it has leaked", { id: "rotateLeaked" }),
  rotateSubmit: msg("Rotate secret", { id: "rotateSubmit" }),
  rotateEnds: (next: string, old: string) =>
    msg(str`The new one works until ${next}, the old one until ${old}.`, { id: "rotateEnds" }),
  retiring: msg("Is being replaced", { id: "retiring" }),
  rotateWhich: msg("There is no room for another secret. Which one goes now?", {
    id: "rotateWhich",
  }),
  rotateWhichHint: msg("It stops working at once: choose the one that no program uses.", {
    id: "rotateWhichHint",
  }),
  rotateSame: msg("the one you rotate", { id: "rotateSame" }),
  reschedule: msg("Change time", { id: "reschedule" }),
  snooze: msg("Snooze", { id: "snooze" }),
  snoozedUntil: (at: string) => msg(str`No reminders until ${at}.`, { id: "snoozedUntil" }),
  besides: msg("More", { id: "besides" }),
  remindersTitle: msg("Reminders and calendar", { id: "remindersTitle" }),
  webhookTitle: msg("Webhook", { id: "webhookTitle" }),
  retiresIn: (time: string) => msg(str`Removed in ${time}`, { id: "retiresIn" }),
});
