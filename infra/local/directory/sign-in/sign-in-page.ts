import { escapeHtml, htmlPage } from "../html.ts";
import { USERS, type UserName } from "./users.ts";

/** The page on which one picks who to be. The client's request travels along in hidden fields. */
export function signInPage(page: {
  readonly people: readonly UserName[];
  readonly query: URLSearchParams;
  readonly action: string;
  readonly problem?: string;
}): string {
  if (page.problem !== undefined)
    return htmlPage("Sign in", `<p role="status">${escapeHtml(page.problem)}</p>`);
  const hidden = [...page.query]
    .filter(([name]) => name !== "login")
    .map(
      ([name, value]) =>
        `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
    )
    .join("\n");
  const choices = page.people
    .map((who) => {
      const user = USERS[who];
      const role =
        user.kind === "customer" ? `customer, subscription ${user.subscriptionId}` : "operator";
      return `<li><button type="submit" name="login" value="${who}">${escapeHtml(user.name)} <small>(${escapeHtml(role)})</small></button></li>`;
    })
    .join("\n");
  return htmlPage(
    "Sign in",
    `<p>This is the local directory: no password is needed. Who do you want to be?</p>
<form method="post" action="${escapeHtml(page.action)}">
${hidden}
<ul class="people">
${choices}
</ul>
</form>`,
  );
}
