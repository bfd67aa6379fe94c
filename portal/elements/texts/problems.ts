import type { Msg } from "./msg.ts";

/** What happened, and what to do. */
type Told = readonly [title: string, detail: string];

/** The service's problems for people, by type: its own documents are in English and for programs. */
export const problemTexts = (msg: Msg): { readonly problems: Readonly<Record<string, Told>> } => ({
  problems: {
    "invalid-request": [
      msg("Something in it is not accepted", { id: "problems.invalid-request" }),
      msg("Check the marked fields, then send it again.", { id: "problems.invalid-request.do" }),
    ],
    "missing-scope": [
      msg("You may not do this here", { id: "problems.missing-scope" }),
      msg("Sign out and in again. If this stays, ask whoever set up your access.", {
        id: "problems.missing-scope.do",
      }),
    ],
    "missing-role": [
      msg("You are not one of the administrators of this page", { id: "problems.missing-role" }),
      msg("Ask an administrator to give you the role for consents, then sign in again.", {
        id: "problems.missing-role.do",
      }),
    ],
    "application-not-allowed": [
      msg("This application may not be used here", { id: "problems.application-not-allowed" }),
      msg("Sign in on the page that your provider named. If this is that page, tell support.", {
        id: "problems.application-not-allowed.do",
      }),
    ],
    "user-flow-not-allowed": [
      msg("This way of signing in is not accepted here", { id: "problems.user-flow-not-allowed" }),
      msg("Sign out, and sign in again on this page.", { id: "problems.user-flow-not-allowed.do" }),
    ],
    "no-subscription": [
      msg("Your account belongs to no subscription", { id: "problems.no-subscription" }),
      msg("Ask your provider to assign a subscription to your account, then sign in again.", {
        id: "problems.no-subscription.do",
      }),
    ],
    "not-found": [
      msg("There is no such client", { id: "problems.not-found" }),
      msg("It may have been deleted meanwhile. Go back to all clients.", {
        id: "problems.not-found.do",
      }),
    ],
    "secret-not-found": [
      msg("There is no such secret", { id: "problems.secret-not-found" }),
      msg("It may have been removed already. Reload the page to see what there is.", {
        id: "problems.secret-not-found.do",
      }),
    ],
    "consent-not-found": [
      msg("There is no such request", { id: "problems.consent-not-found" }),
      msg("The client may have been deleted. Reload the page to see what waits.", {
        id: "problems.consent-not-found.do",
      }),
    ],
    "operation-not-found": [
      msg("This no longer waits for anybody", { id: "problems.operation-not-found" }),
      msg("It has been finished. Reload the page to see what waits.", {
        id: "problems.operation-not-found.do",
      }),
    ],
    "consent-already-decided": [
      msg("This request has been decided", { id: "problems.consent-already-decided" }),
      msg("Somebody else was faster. What is shown now is how it stands.", {
        id: "problems.consent-already-decided.do",
      }),
    ],
    "consent-changed": [
      msg("The request has changed meanwhile", { id: "problems.consent-changed" }),
      msg("Nothing was decided. Look at what is shown now, then decide.", {
        id: "problems.consent-changed.do",
      }),
    ],
    "consent-not-granted": [
      msg("There is no consent to withdraw", { id: "problems.consent-not-granted" }),
      msg("Press “Check now” if it has been granted since.", {
        id: "problems.consent-not-granted.do",
      }),
    ],
    "revoke-not-enabled": [
      msg("Consent cannot be withdrawn from this page", { id: "problems.revoke-not-enabled" }),
      msg("Use “Open grant page”, remove the permissions there, then press “Check now”.", {
        id: "problems.revoke-not-enabled.do",
      }),
    ],
    "grant-not-enabled": [
      msg("Consent cannot be granted from this page", { id: "problems.grant-not-enabled" }),
      msg("Use “Open grant page”, consent there, then press “Check now”.", {
        id: "problems.grant-not-enabled.do",
      }),
    ],
    "client-limit-reached": [
      msg("You have as many clients as you may", { id: "problems.client-limit-reached" }),
      msg("Delete one that is not used any more, then create the new one.", {
        id: "problems.client-limit-reached.do",
      }),
    ],
    "client-busy": [
      msg("The client is just being changed", { id: "problems.client-busy" }),
      msg("Somebody else's change comes first. This is tried again after it.", {
        id: "problems.client-busy.do",
      }),
    ],
    "request-in-progress": [
      msg("Your first attempt is still under way", { id: "problems.request-in-progress" }),
      msg("Wait a moment: its result comes by itself.", { id: "problems.request-in-progress.do" }),
    ],
    "secret-limit-reached": [
      msg("The client has as many secrets as it may", { id: "problems.secret-limit-reached" }),
      msg("Close this, remove one of its secrets, then add the new one.", {
        id: "problems.secret-limit-reached.do",
      }),
    ],
    "client-not-managed": [
      msg("This client is no longer managed here", { id: "problems.client-not-managed" }),
      msg("Nothing was changed. An administrator has taken it over and has been told; ask them.", {
        id: "problems.client-not-managed.do",
      }),
    ],
    "secret-value-already-returned": [
      msg("The secret was made, but its value did not arrive", {
        id: "problems.secret-value-already-returned",
      }),
      msg("Nobody can show it again. Remove that secret and create another.", {
        id: "problems.secret-value-already-returned.do",
      }),
    ],
    "precondition-failed": [
      msg("The client has changed since you opened it", { id: "problems.precondition-failed" }),
      msg("Nothing was saved. Look at what is shown now, then save again.", {
        id: "problems.precondition-failed.do",
      }),
    ],
    "secret-forbidden-by-policy": [
      msg("A secret like this is not allowed", { id: "problems.secret-forbidden-by-policy" }),
      msg("Choose an earlier last day. If that does not help, ask your administrator.", {
        id: "problems.secret-forbidden-by-policy.do",
      }),
    ],
    "credential-kind-not-allowed": [
      msg("Clients cannot have a credential of this kind here", {
        id: "problems.credential-kind-not-allowed",
      }),
      msg("Choose another kind, or ask the operators of this service.", {
        id: "problems.credential-kind-not-allowed.do",
      }),
    ],
    "certificate-not-found": [
      msg("This certificate is no longer there", { id: "problems.certificate-not-found" }),
      msg("It may have been removed. Look at the client again.", {
        id: "problems.certificate-not-found.do",
      }),
    ],
    "certificate-held": [
      msg("The client has this certificate already", { id: "problems.certificate-held" }),
      msg("Nothing was added. Use the one that is there, or choose another file.", {
        id: "problems.certificate-held.do",
      }),
    ],
    "certificate-limit-reached": [
      msg("The client has as many certificates as it may", {
        id: "problems.certificate-limit-reached",
      }),
      msg("Remove one that nobody uses any more.", {
        id: "problems.certificate-limit-reached.do",
      }),
    ],
    "certificate-forbidden-by-policy": [
      msg("A certificate like this is not allowed", {
        id: "problems.certificate-forbidden-by-policy",
      }),
      msg("Make one that ends sooner. If that does not help, ask your administrator.", {
        id: "problems.certificate-forbidden-by-policy.do",
      }),
    ],
    "name-not-allowed": [
      msg("This name is not allowed", { id: "problems.name-not-allowed" }),
      msg("Choose another one: names such as Microsoft are reserved.", {
        id: "problems.name-not-allowed.do",
      }),
    ],
    "forbidden-by-policy": [
      msg("Clients like this are not allowed", { id: "problems.forbidden-by-policy" }),
      msg("Nothing was made. Ask your administrator which ones are.", {
        id: "problems.forbidden-by-policy.do",
      }),
    ],
    "rate-limited": [
      msg("That was a lot in a short time", { id: "problems.rate-limited" }),
      msg("Nothing is lost. It goes on after a short pause.", { id: "problems.rate-limited.do" }),
    ],
    "directory-throttled": [
      msg("There is much to do just now", { id: "problems.directory-throttled" }),
      msg("Nothing was changed. It is tried again after a short pause.", {
        id: "problems.directory-throttled.do",
      }),
    ],
    "internal-error": [
      msg("Something went wrong on our side", { id: "problems.internal-error" }),
      msg("It has been recorded. Try again in a moment; if it stays, tell support the reference.", {
        id: "problems.internal-error.do",
      }),
    ],
    "directory-refused": [
      msg("This cannot be done at present", { id: "problems.directory-refused" }),
      msg(
        "Nothing was changed, and trying again does not help. The administrators have been told.",
        { id: "problems.directory-refused.do" },
      ),
    ],
    unavailable: [
      msg("The service cannot do this at the moment", { id: "problems.unavailable" }),
      msg("What you typed stays. It is tried again after a pause.", {
        id: "problems.unavailable.do",
      }),
    ],
    "directory-full": [
      msg("There is no room for another client", { id: "problems.directory-full" }),
      msg("Nothing was made. Only an administrator can make room; they have been told.", {
        id: "problems.directory-full.do",
      }),
    ],
    "no-verified-email": [
      msg("Your sign-in shows no verified mail address", { id: "problems.no-verified-email" }),
      msg(
        "Mail goes to the address that you have verified where you sign in. Sign in again; if that does not help, ask the administrators.",
        { id: "problems.no-verified-email.do" },
      ),
    ],
    "mail-not-set-up": [
      msg("No mail is sent here", { id: "problems.mail-not-set-up" }),
      msg("Use the calendar instead, or ask the administrators to set up mail.", {
        id: "problems.mail-not-set-up.do",
      }),
    ],
    "last-secret": [
      msg("This is the last credential that works", { id: "problems.last-secret" }),
      msg(
        "Nothing was removed. Add another one first. Trying again removes it all the same, and the client can then no longer sign in.",
        { id: "problems.last-secret.do" },
      ),
    ],
    "client-suspended": [
      msg("This client is suspended", { id: "problems.client-suspended" }),
      msg(
        "Its page says why. Secrets can be removed, not added, until it is resumed; ask the administrators.",
        { id: "problems.client-suspended.do" },
      ),
    ],
    "subscription-suspended": [
      msg("The whole subscription is suspended", { id: "problems.subscription-suspended" }),
      msg("Nothing was changed. Resume all clients of the subscription, and this one with them.", {
        id: "problems.subscription-suspended.do",
      }),
    ],
    "client-gone": [
      msg("This client is gone for good", { id: "problems.client-gone" }),
      msg("The directory does not keep it any more. Create another one.", {
        id: "problems.client-gone.do",
      }),
    ],
    "not-offboarding": [
      msg("This customer is not being offboarded", { id: "problems.not-offboarding" }),
      msg("Nothing was changed. Load the page again.", { id: "problems.not-offboarding.do" }),
    ],
    "stopped-by-operator": [
      msg("The administrators have stopped this client", { id: "problems.stopped-by-operator" }),
      msg("Nothing was changed. Only they can let it go on; ask them.", {
        id: "problems.stopped-by-operator.do",
      }),
    ],
    "subscription-blocked": [
      msg("Your subscription may make no more clients", { id: "problems.subscription-blocked" }),
      msg("Nothing was made. The administrators decided so; ask them until when.", {
        id: "problems.subscription-blocked.do",
      }),
    ],
    "webhook-not-found": [
      msg("There is no webhook yet", { id: "problems.webhook-not-found" }),
      msg("Enter an address to have events sent there.", { id: "problems.webhook-not-found.do" }),
    ],
    "webhooks-not-enabled": [
      msg("Webhooks are not offered here", { id: "problems.webhooks-not-enabled" }),
      msg("Nothing was changed. Ask the administrators to switch them on.", {
        id: "problems.webhooks-not-enabled.do",
      }),
    ],
    "webhook-tested-often": [
      msg("That was many tests in a short time", { id: "problems.webhook-tested-often" }),
      msg("Nothing was sent. Try again after a short pause.", {
        id: "problems.webhook-tested-often.do",
      }),
    ],
    "share-used-up": [
      msg("Many are at work just now", { id: "problems.share-used-up" }),
      msg(
        "Nothing was changed. You have done more than others of late; it goes on after a short pause.",
        { id: "problems.share-used-up.do" },
      ),
    ],
    "deleted-limit-reached": [
      msg("Too many clients have been deleted of late", { id: "problems.deleted-limit-reached" }),
      msg(
        "Nothing was made. Deleted clients are kept for 30 days and count until then; ask the administrators if you need one sooner.",
        { id: "problems.deleted-limit-reached.do" },
      ),
    ],
    "too-many-requests": [
      msg("That was a lot in a short time", { id: "problems.too-many-requests" }),
      msg("Nothing is lost. It is read again after a short pause.", {
        id: "problems.too-many-requests.do",
      }),
    ],
  },
});
