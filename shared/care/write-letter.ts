import { escapeHtml } from "../base/escape-html.ts";
import { quoted } from "../clients/names/quoted.ts";
import { moment } from "../consent/alerts/moment.ts";
import { EXPIRED } from "./due.ts";
import type { LetterLine } from "./letter-box.ts";
import type { Letter } from "./ports.ts";
import type { UnsubscribeTokens } from "./unsubscribe.ts";

/** What letters have in common. */
export interface LetterLook {
  /** Where people reach this service, without a closing slash. */
  readonly publicUrl: string;
  /** IANA name: of whoever has not said theirs. */
  readonly timeZone: string;
  readonly tokens: UnsubscribeTokens;
}

export interface LetterContent {
  readonly id: string;
  readonly whom: {
    readonly subscription: string;
    readonly person: string;
    readonly email: string;
    readonly timeZone: string | undefined;
  };
  /** At least one, in the order of their ends. */
  readonly lines: readonly LetterLine[];
  readonly now: Date;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * A letter about secrets that end, as text and as HTML: tables and inline styles, which is what mail programs agree on; nothing is
 * loaded, nothing runs. What a customer named stands in quotation marks that it cannot close.
 */
export function writeLetter(look: LetterLook, content: LetterContent): Letter {
  const { id, whom, lines, now } = content;
  const zone = whom.timeZone ?? look.timeZone;
  const unsubscribe = `${look.publicUrl}/unsubscribe?t=${look.tokens.issue(whom)}`;
  const told = lines.map((line) => tellLine(line, { now, zone, publicUrl: look.publicUrl }));
  const subject = subjectOf(lines, now);
  const text = [
    ...told.flatMap(({ sentence, url }) => [sentence, `Rotate it: ${url}`, ""]),
    WHY,
    `No more mail like this: ${unsubscribe}`,
    "",
  ].join("\n");
  return {
    id,
    subscription: whom.subscription,
    to: whom.email,
    subject,
    text,
    html: htmlOf(subject, told, unsubscribe),
    headers: unsubscribeHeaders(unsubscribe),
  };
}

/** One click in a mail program ends the mail (RFC 8058). */
export const unsubscribeHeaders = (address: string): Readonly<Record<string, string>> => ({
  "List-Unsubscribe": `<${address}>`,
  "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
});

const WHY = "You get this because you watch the client, or made it.";

interface ToldLine {
  readonly sentence: string;
  readonly url: string;
}

function tellLine(
  { clientId, keyId, kind, mark, clientName, secretName, expiresAt }: LetterLine,
  { now, zone, publicUrl }: { now: Date; zone: string; publicUrl: string },
): ToldLine {
  const what = `The ${kind ?? "secret"} ${quoted(secretName)} of the client ${quoted(clientName)}`;
  const at = moment(expiresAt, zone);
  const ended = mark === EXPIRED || expiresAt <= now;
  return {
    sentence: ended
      ? `${what} expired on ${at}. Whatever still uses it gets no tokens.`
      : `${what} expires on ${at}, in ${timeTo(expiresAt, now)}.`,
    url: `${publicUrl}/#/${clientId}/${keyId}`,
  };
}

function subjectOf(lines: readonly LetterLine[], now: Date): string {
  const [first] = lines;
  const ended = lines.filter(({ mark, expiresAt }) => mark === EXPIRED || expiresAt <= now);
  if (lines.length > 1) {
    const coming = lines.length - ended.length;
    const parts = [
      ...(ended.length > 0 ? [`${ended.length} expired`] : []),
      ...(coming > 0 ? [`${coming} about to expire`] : []),
    ];
    const what = lines.some(({ kind }) => kind) ? "Credentials" : "Secrets";
    return `${what}: ${parts.join(", ")}`;
  }
  const subject = `A ${first?.kind ?? "secret"} of ${quoted(first?.clientName ?? "")}`;
  return first && ended.length === 0
    ? `${subject} expires in ${timeTo(first.expiresAt, now)}`
    : `${subject} has expired`;
}

/** Whole days, or hours within the last two of them. */
function timeTo(at: Date, now: Date): string {
  const ms = at.getTime() - now.getTime();
  const many = (count: number, unit: string) => `${count} ${unit}${count === 1 ? "" : "s"}`;
  return ms >= 2 * DAY_MS
    ? many(Math.round(ms / DAY_MS), "day")
    : many(Math.max(1, Math.round(ms / HOUR_MS)), "hour");
}

const htmlOf = (subject: string, told: readonly ToldLine[], unsubscribe: string): string =>
  `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title></head>
<body style="font:16px/1.5 system-ui,'Segoe UI',sans-serif;max-width:40em;margin:1.5em">
${told.map(({ sentence, url }) => `<p>${escapeHtml(sentence)}<br><a href="${escapeHtml(url)}" style="display:inline-block;margin-top:8px;padding:8px 16px;border-radius:6px;background:#0a5c8a;color:#ffffff;text-decoration:none">Rotate it</a></p>`).join("\n")}
<p style="font-size:13px">${WHY} <a href="${escapeHtml(unsubscribe)}">No more mail like this</a></p>
</body></html>
`;
