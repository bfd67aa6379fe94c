import { escapeHtml, htmlPage } from "../html.ts";
import type { Arrival } from "../site.ts";
import { htmlReply, type WireReply } from "../wire.ts";
import type { DeviceCodes } from "./device-codes.ts";
import { isUserName, USERS, type UserName } from "./users.ts";

/** Where a person types the code that another device shows: microsoft.com/devicelogin, at this machine. */
export const DEVICE_PAGE = "/devicelogin";

export function devicePage(
  devices: DeviceCodes,
  offered: readonly UserName[],
  { request, body }: Arrival,
): WireReply {
  if (request.method !== "POST") return page(codeForm(""));
  const form = new URLSearchParams(body.toString("utf8"));
  const code = form.get("code") ?? "";
  const application = devices.waiting(code);
  if (application === undefined)
    return page(codeForm("That code did not work. Check the code and try again."), 400);
  if (form.has("cancel")) {
    devices.decide(code, "declined");
    return page(`<p role="status">You have cancelled it. You may close this window.</p>`);
  }
  const who = form.get("login") ?? "";
  if (!isUserName(who) || !offered.includes(who)) return page(choice(application, code, offered));
  devices.decide(code, who);
  return page(
    `<p role="status">You have signed in to ${escapeHtml(application)} on your device. You may close this window.</p>`,
  );
}

const page = (main: string, status = 200): WireReply =>
  htmlReply(status, htmlPage("Sign in on another device", main));

const codeForm = (problem: string): string => `<form method="post" action="${DEVICE_PAGE}">
${problem && `<p role="alert">${escapeHtml(problem)}</p>`}
<p><label>Code <input name="code" required autocomplete="off"></label></p>
<button type="submit">Next</button>
</form>`;

/** Whoever was sent a code by somebody else is asked what it is for, as at Entra. */
const choice = (
  application: string,
  code: string,
  offered: readonly UserName[],
): string => `<p>Are you trying to sign in to ${escapeHtml(application)}? Only if you have started it on your own device.</p>
<form method="post" action="${DEVICE_PAGE}">
<input type="hidden" name="code" value="${escapeHtml(code)}">
<ul class="people">
${offered
  .map(
    (who) =>
      `<li><button type="submit" name="login" value="${who}">${escapeHtml(USERS[who].name)}</button></li>`,
  )
  .join("\n")}
<li><button type="submit" name="cancel" value="yes">Cancel</button></li>
</ul>
</form>`;
