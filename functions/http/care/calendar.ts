import type { HttpHandler } from "@azure/functions";
import { withDeadline } from "../../../shared/base/deadline.ts";
import { done, refused } from "../../../shared/base/outcome.ts";
import {
  type CalendarFeed,
  type CalendarFeedDeps,
  calendarFeed,
} from "../../../shared/care/calendar-feed.ts";
import { readAddress } from "../../../shared/care/calendar-link.ts";
import { keptFor } from "../../edge/reply.ts";
import type { RequestRate } from "../../edge/request-rate.ts";
import { respond } from "../../edge/serve.ts";

/** For how long a calendar need not ask again, in seconds. */
const KEPT_SECONDS = 3_600;

/** What a calendar reads under a private address: iCalendar, or the same 404 as at any address that is none. */
export const calendar = (
  deps: CalendarFeedDeps & {
    /** Of one subscription's calendars in a minute: they ask every few hours. */
    readonly rate: RequestRate;
    readonly write: (feed: CalendarFeed) => Promise<string>;
    /** The longest that it may take, in milliseconds. */
    readonly requestMs: number;
  },
): HttpHandler =>
  respond({ corsOrigins: [] }, "calendar", async ({ params }) => {
    const address = readAddress(params["address"] ?? "");
    if (!address) return refused({ reason: "no-such-route" as const });
    const { admitted, limit, resetSeconds } = deps.rate.take(address.subscription, 1);
    if (!admitted)
      return refused({
        reason: "too-many-requests" as const,
        limit,
        retryAfterSeconds: resetSeconds,
      });
    const feed = await withDeadline(deps.requestMs, () => calendarFeed(deps, address));
    if (!feed) return refused({ reason: "no-such-route" as const });
    return done({
      status: 200,
      headers: {
        "content-type": "text/calendar; charset=utf-8",
        "cache-control": keptFor(KEPT_SECONDS),
      },
      text: await deps.write(feed),
    });
  });
