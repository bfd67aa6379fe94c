import { html, nothing, type TemplateResult } from "lit";
import type { Answer } from "./api-client.ts";
import type { LatchkeyElement } from "./latchkey-element.ts";
import { moment } from "./pieces.ts";
import type { Activity, ActivityList } from "./shapes.ts";
import type { Trouble } from "./trouble.ts";
import { troubleNotice } from "./trouble-notice.ts";

/** Who did what, newest first, as far as it has been read. */
export interface ShownActivity {
  /** Nothing before the first answer. */
  readonly items?: readonly Activity[] | undefined;
  readonly nextCursor?: string | undefined;
  readonly trouble?: Trouble | undefined;
  readonly isReading: boolean;
}

const PAGE = 50;

/** Reads the first page, or the next one. @param path of the list, with the query that is its own */
export async function readActivity(
  el: LatchkeyElement,
  path: string,
  before: ShownActivity | undefined,
): Promise<ShownActivity> {
  const query = new URLSearchParams({
    limit: String(PAGE),
    ...(before?.nextCursor && { cursor: before.nextCursor }),
  });
  const answer: Answer<ActivityList> = await el.client.call(
    "GET",
    `${path}${path.includes("?") ? "&" : "?"}${query}`,
  );
  if (!answer.ok) return { ...before, trouble: answer.trouble, isReading: false };
  const read = before?.nextCursor ? (before.items ?? []) : [];
  const { items, nextCursor } = answer.value;
  return { items: [...read, ...items], nextCursor, isReading: false };
}

export function timeline(
  el: LatchkeyElement,
  shown: ShownActivity,
  options: {
    readonly more: () => void;
    /** What else there is to say of an entry, such as whose it is. */
    readonly about?: (entry: Activity) => TemplateResult | typeof nothing;
  },
): TemplateResult {
  const { t } = el;
  const { items = [], trouble, nextCursor, isReading } = shown;
  return html`${troubleNotice(el, trouble, options.more)}
    ${
      items.length > 0
        ? html`<ol class="timeline" part="activity">${items.map((one) => entry(el, one, options.about?.(one) ?? nothing))}</ol>`
        : trouble
          ? nothing
          : html`<p class="muted">${isReading ? t.loading : t.activityNone}</p>`
    }
    ${
      nextCursor && !trouble
        ? html`<div class="actions"><button type="button" part="button" aria-disabled=${isReading ? "true" : "false"}
            @click=${options.more}>${isReading ? t.loading : t.more}</button></div>`
        : nothing
    }`;
}

function entry(
  el: LatchkeyElement,
  one: Activity,
  about: TemplateResult | typeof nothing,
): TemplateResult {
  const { t } = el;
  const { at, action, actor, outcome, detail } = one;
  // Actions may come that this page does not know: their names stand for themselves.
  const what = t.actions[action] ?? action;
  const more = [detail?.["displayName"], detail?.["reason"]].filter(Boolean).join(" · ");
  const who = actor.displayName ?? t.actors[actor.kind];
  return html`<li class=${outcome === "done" ? "" : "failed"}>
    <p><strong>${what}</strong>${outcome === "done" ? nothing : html` <span class="small bad">${t.outcomes[outcome]}</span>`}
      ${more ? html`<span class="name">${more}</span>` : nothing}</p>
    <p class="small muted">${moment(el, at)} · ${who} ${about}</p>
  </li>`;
}
