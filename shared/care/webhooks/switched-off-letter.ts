import type { Letter } from "../ports.ts";
import type { Webhook } from "./webhook.ts";

const WHY = {
  failing: "for three days it has taken nothing that was sent to it",
  gone: "it has answered 410 Gone",
} as const;

/** What whoever set a webhook reads when it was switched off. The host is a customer's word: it is shown and no link. */
export function switchedOffLetter(
  { url }: Webhook,
  { at, reason }: NonNullable<Webhook["disabled"]>,
  pageUrl: string,
): Pick<Letter, "subject" | "text" | "html"> {
  const { host } = new URL(url);
  const when = `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const sentences = [
    `Your webhook at ${host} was switched off on ${when}: ${WHY[reason]}.`,
    "Nothing is sent to it until you switch it on again. What happens meanwhile is in the activity of your clients.",
  ];
  const [first = "", second = ""] = sentences.map(escaped);
  return {
    subject: "Your webhook was switched off",
    text: `${sentences.join("\n\n")}\n\nSwitch it on again: ${pageUrl}\n`,
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Your webhook was switched off</title></head>
<body style="font:16px/1.5 system-ui,'Segoe UI',sans-serif;max-width:40em;margin:1.5em">
<p><strong>${first}</strong></p>
<p>${second}</p>
<p><a href="${escaped(pageUrl)}">Switch it on again</a></p>
</body></html>
`,
  };
}

const SIGNS: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => SIGNS[sign] ?? sign);
