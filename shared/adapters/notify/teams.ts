import { type Alert, type AlertChannel, subjectOf } from "../../consent/alerts/alert.ts";
import { describeAlert } from "../../consent/alerts/describe-alert.ts";
import { postJson } from "./post-json.ts";

/**
 * Alerts as adaptive cards to a Teams workflow ("When a Teams webhook request is received"). The workflow knows no message
 * id: a repeat is a second card, told from the first only by what it says.
 *
 * @param options.url holds the workflow's secret
 */
export const teamsChannel = (options: {
  readonly url: string;
  /** In which times are told; an IANA name. */
  readonly timeZone: string;
}): AlertChannel => ({
  name: "teams",
  send: (alert) => postJson(options.url, {}, JSON.stringify(message(alert, options.timeZone))),
});

function message(alert: Alert, timeZone: string) {
  const { title, sentence, facts, links, theirs } = describeAlert(alert, timeZone);
  const text = (value: string, look: object = {}) => ({
    type: "TextBlock",
    text: plain(value),
    wrap: true,
    ...look,
  });
  const factSet = (pairs: readonly (readonly [string, string])[]) =>
    pairs.length === 0
      ? []
      : [
          {
            type: "FactSet",
            facts: pairs.map(([label, it]) => ({ title: label, value: plain(it) })),
          },
        ];
  return {
    type: "message",
    // The schema of a card takes no member that it does not know; whoever reads cards by machine finds the alert beside it.
    channelData: { latchkey: { id: alert.id, stage: alert.stage, ...subjectOf(alert) } },
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          type: "AdaptiveCard",
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          version: "1.4",
          body: [
            text(title, { weight: "Bolder", size: "Medium" }),
            text(sentence),
            ...factSet(facts),
            ...(theirs.length > 0
              ? [text("As others wrote it, unchecked:", { isSubtle: true, separator: true })]
              : []),
            ...factSet(theirs),
          ],
          actions: links.map(([label, url]) => ({ type: "Action.OpenUrl", title: label, url })),
        },
      },
    ],
  };
}

/** Cards render Markdown, and a client's name is its customer's: no text of theirs may become a link or a heading. */
const plain = (text: string): string => text.replaceAll(/[\\`*_[\]<>~]/g, "\\$&");
