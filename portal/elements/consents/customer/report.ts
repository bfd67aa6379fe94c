import type { Answer } from "../../shared/api-client.ts";
import { saveFile } from "../../shared/save-file.ts";
import type { Report } from "../../shared/shapes.ts";
import type { LatchkeyConsents } from "../latchkey-consents.ts";
import { change, pathOf } from "./customer-actions.ts";
import type { CustomerState } from "./customer-state.ts";

const PAGE = 100;

/** One page. The first has all clients, those that were deleted as well. */
export const readReport = (
  el: LatchkeyConsents,
  subscription: string,
  { limit = PAGE, cursor = "" } = {},
): Promise<Answer<Report>> => {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor && { cursor }) });
  return el.client.call<Report>("GET", `${pathOf(subscription)}/report?${query}`);
};

/** All that was there, as one file for whoever ends the customer. */
export async function saveReport(el: LatchkeyConsents, shown: CustomerState): Promise<void> {
  if (shown.report?.isBusy) return;
  change(el, shown, { report: { isBusy: true } });
  const { subscription } = shown;
  const first = await readReport(el, subscription);
  if (!first.ok) return change(el, shown, { report: { isBusy: false, trouble: first.trouble } });
  const { nextCursor, ...report } = first.value;
  const activity = [...report.activity];
  let cursor = nextCursor;
  while (cursor && el.isConnected) {
    const page = await readReport(el, subscription, { cursor });
    if (!page.ok) return change(el, shown, { report: { isBusy: false, trouble: page.trouble } });
    activity.push(...page.value.activity);
    cursor = page.value.nextCursor;
  }
  change(el, shown, { report: { isBusy: false } });
  // Who has gone meanwhile wants no half of it.
  if (cursor) return;
  saveFile(`report-${subscription}.json`, `${JSON.stringify({ ...report, activity }, null, 2)}\n`);
  el.announce(el.t.reportSaved);
}
