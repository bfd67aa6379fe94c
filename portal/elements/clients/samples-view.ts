import { html, type TemplateResult } from "lit";
import { copyButton, copyRefused } from "../shared/pieces.ts";
import type { Client } from "../shared/shapes.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";
import { samples } from "./samples.ts";

/** What stands in a sample where the value belongs, once the value is no longer known. */
const PLACEHOLDER = "YOUR-CLIENT-SECRET";
const ANY_API = "https://api.example.com/";

/**
 * How a program gets a token and calls with it.
 *
 * @param shown the value, while it is on screen, and what follows from copying it along
 */
export function samplesView(
  el: LatchkeyClients,
  client: Client,
  shown?: { readonly secret: string; readonly copied: () => void },
): TemplateResult {
  const { t } = el;
  const secret = shown?.secret ?? PLACEHOLDER;
  const api = el.state.about?.sampleCall ?? ANY_API;
  const place = shown ? "once" : "page";
  const list = samples({ ...client, secret, api }).map(({ name, code }, index) => {
    const id = `${place}-${name}`;
    return html`<details name="sample-${place}" ?open=${index === 0}>
      <summary>${name}</summary>
      <div class="code"><pre tabindex="0" aria-label=${name} translate="no" data-copy=${id}><code>${code}</code></pre>
      ${copyButton(el, { id, what: name, value: code, ...(shown && { done: shown.copied }) })}</div>
      ${copyRefused(el, id)}
    </details>`;
  });
  return shown
    ? html`<div class="snippets" role="group" aria-label=${t.try}><strong>${t.try}</strong>${list}</div>`
    : html`<section class="snippets" aria-labelledby="samples-title">
        <h3 id="samples-title">${t.try}</h3>
        <p class="small muted">${t.samplesPlaceholder(PLACEHOLDER)}</p>${list}
      </section>`;
}
