/** What a person does with the pages of the local directory: a form is read as it stands and sent. */

/** @param more what the person adds: a field, or the button that was pressed */
export async function sendForm(
  page: Response,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const html = await page.text();
  const [, action = ""] = /<form method="post" action="([^"]*)"/.exec(html) ?? [];
  if (action === "") throw new Error(`There is no form: ${html}`);
  const body = new URLSearchParams(more);
  const hidden = /<input type="hidden" name="([^"]*)" value="([^"]*)"/g;
  for (const [, name = "", value = ""] of html.matchAll(hidden))
    body.append(text(name), text(value));
  return fetch(new URL(text(action), page.url), { method: "POST", body });
}

const text = (html: string): string =>
  html
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

/** Follows the message of a device code, on what would be another device. */
export async function typeCode(
  message: string,
  decision: Readonly<Record<string, string>>,
): Promise<Response> {
  const [, page = "", code = ""] = /page (\S+) and enter the code (\w+)/.exec(message) ?? [];
  const asked = await sendForm(await fetch(page), { code });
  return sendForm(asked, decision);
}
