import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as z from "zod";
import { escapeHtml } from "../../../shared/base/escape-html.ts";
import type { Alert } from "./alert.ts";

/** An alert as its receiver shows it: a mail as a mail, a card as a card. */

const Card = z.looseObject({ attachments: z.tuple([z.looseObject({ content: z.unknown() })]) });
const Mail = z.looseObject({
  senderAddress: z.string(),
  content: z.looseObject({
    subject: z.string(),
    plainText: z.string().optional(),
    html: z.string().optional(),
  }),
  recipients: z.looseObject({ to: z.array(z.looseObject({ address: z.string() })) }),
});

/** HTML for the page of the inbox; nothing for what only machines read. */
export function previewOf({ channel, payload }: Alert): string {
  if (channel === "teams") {
    const [attachment] = Card.parse(payload).attachments;
    return `<div class="card" data-card="${escapeHtml(JSON.stringify(attachment.content))}"></div>`;
  }
  return channel === "email" ? mail(Mail.parse(payload)) : "";
}

function mail({ senderAddress, content, recipients }: z.infer<typeof Mail>): string {
  const { subject, plainText, html } = content;
  const to = recipients.to.map(({ address }) => address).join(", ");
  const body =
    html === undefined
      ? `<pre tabindex="0">${escapeHtml(plainText ?? "")}</pre>`
      : // No script runs in it and nothing is loaded, as in a mail program.
        `<iframe sandbox="" title="${escapeHtml(subject)}" srcdoc="${escapeHtml(html)}"></iframe>
<details><summary>As plain text</summary><pre tabindex="0">${escapeHtml(plainText ?? "")}</pre></details>`;
  return `<article class="mail"><p>From: ${escapeHtml(senderAddress)}<br>To: ${escapeHtml(to)}<br>
Subject: <strong>${escapeHtml(subject)}</strong></p>${body}</article>`;
}

/** What draws the cards: Microsoft's own renderer, with the Markdown that Teams reads in them. */
const SHOW_CARDS = `for (const place of document.querySelectorAll("[data-card]")) {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig({ fontFamily: "system-ui, sans-serif" });
  card.onExecuteAction = ({ url }) => open(url, "_blank", "noopener");
  card.parse(JSON.parse(place.dataset.card));
  place.append(card.render());
}`;

const require = createRequire(import.meta.url);
const SCRIPTS: Readonly<Record<string, () => Promise<string>>> = {
  "/markdown-it.js": () => readFile(require.resolve("markdown-it/browser"), "utf8"),
  "/adaptivecards.js": () =>
    readFile(require.resolve("adaptivecards/dist/adaptivecards.min.js"), "utf8"),
  "/show-cards.js": () => Promise.resolve(SHOW_CARDS),
};

/** The page's scripts by path; nothing for any other. */
export const scriptAt = (path: string): Promise<string> | undefined => SCRIPTS[path]?.();

export const SCRIPT_TAGS = Object.keys(SCRIPTS)
  .map((path) => `<script src="${path}" defer></script>`)
  .join("");
