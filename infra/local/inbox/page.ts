import { escapeHtml } from "../../../shared/base/escape-html.ts";
import type { Alert } from "./alert.ts";
import { previewOf, SCRIPT_TAGS } from "./preview.ts";

const row = (alert: Alert): string => `<tr>
<td><time datetime="${alert.receivedAt}">${alert.receivedAt}</time></td>
<td>${alert.channel}</td>
<th scope="row">${escapeHtml(alert.stage)}${alert.threshold === undefined ? "" : ` (${escapeHtml(String(alert.threshold))})`}</th>
<td><code>${escapeHtml(alert.clientId)}</code></td>
<td>${previewOf(alert)}<details><summary>As it was sent</summary><pre tabindex="0">${escapeHtml(JSON.stringify(alert.payload, null, 2))}</pre></details></td>
</tr>`;

/** The alerts for people, newest first, each as its receiver shows it. */
export function renderPage(alerts: readonly Alert[]): string {
  const body =
    alerts.length === 0
      ? "<p>No alert has arrived yet.</p>"
      : `<table><caption>Newest first</caption>
<thead><tr><th scope="col">Received (UTC)</th><th scope="col">Channel</th><th scope="col">Stage</th><th scope="col">Client</th><th scope="col">Alert</th></tr></thead>
<tbody>${alerts.toReversed().map(row).join("\n")}</tbody></table>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Inbox: ${alerts.length} alerts</title>
<style>
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}caption{text-align:start}
th,td{text-align:start;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid}
pre{overflow:auto;max-width:40rem}
.card,.mail{border:1px solid;border-radius:6px;padding:.6rem;max-width:40rem;color-scheme:light;background:#fff;color:#111}
iframe{border:0;width:100%;height:26rem}
</style>${SCRIPT_TAGS}</head>
<body><main><h1>Inbox</h1>
<p>Every alert that the service sent, whichever the channel. <a href="/">Reload</a> · <a href="/alerts.json">As JSON</a></p>
${body}
</main></body></html>
`;
}
