import { escapeHtml } from "../../base/escape-html.ts";
import type { Described } from "../../consent/alerts/describe-alert.ts";

/** From here on nothing in a mail is ours. */
export const THEIRS = "As others wrote it, unchecked:";

type Pairs = readonly (readonly [label: string, value: string])[];

/**
 * An alert as the HTML of a mail: tables and inline styles, which is what mail programs agree on; nothing is loaded, nothing runs.
 * What a customer wrote stands last, in a block of its own, and is no link.
 */
export function mailHtml({ title, sentence, facts, links, theirs }: Described): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title></head>
<body style="font:16px/1.5 system-ui,'Segoe UI',sans-serif;max-width:40em;margin:1.5em">
<p style="font-size:18px"><strong>${escapeHtml(sentence)}</strong></p>
${table(facts)}
${buttons(links)}
${theirs.length === 0 ? "" : `<p>${THEIRS}</p>\n<blockquote style="margin:0;padding-left:1em;border-left:4px solid #767676">${table(theirs)}</blockquote>`}
</body></html>
`;
}

const table = (pairs: Pairs): string =>
  pairs.length === 0
    ? ""
    : `<table role="presentation" style="border-collapse:collapse">${pairs.map(row).join("")}</table>`;

const row = ([label, value]: Pairs[number]): string =>
  `<tr><td style="padding:2px 16px 2px 0;vertical-align:top">${escapeHtml(label)}</td><td>${escapeHtml(value)}</td></tr>`;

/** The first is what to do, so it looks like it. */
const buttons = (links: Pairs): string =>
  links.length === 0
    ? ""
    : `<p>${links
        .map(([label, url], index) => {
          const style =
            index === 0
              ? "display:inline-block;padding:8px 16px;border-radius:6px;background:#0a5c8a;color:#ffffff;text-decoration:none"
              : "display:inline-block;padding:8px";
          return `<a href="${escapeHtml(url)}" style="${style}">${escapeHtml(label)}</a>`;
        })
        .join(" ")}</p>`;
