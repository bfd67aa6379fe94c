import { done } from "../../../shared/base/outcome.ts";
import {
  type CalendarLinkDeps,
  calendarLinkOf,
  endCalendarLink,
  makeCalendarLink,
} from "../../../shared/care/calendar-link.ts";
import { personOf } from "../../../shared/clients/person.ts";
import type { Customer } from "../../edge/caller.ts";
import { route } from "../../edge/route.ts";
import { LinkShape, LinkStateShape } from "./calendar-link-shapes.ts";

/** Callers whose token says nobody share one. */
const whose = ({ subscription, actor }: Customer) => ({
  subscription,
  person: personOf(actor) ?? "nobody",
});

export const calendarLinkMake = (
  deps: CalendarLinkDeps & {
    /** Where people reach this service, without a closing slash. */
    readonly publicUrl: string;
  },
) =>
  route(
    {
      name: "calendar-link-make",
      operationId: "makeCalendarLink",
      method: "POST",
      path: "/calendar-link",
      access: "clients.read",
      summary: "Make a private address of the calendar of credentials that end",
      description:
        "Outlook, Google and Apple subscribe to it without a sign-in: whoever has the address sees the names of clients, secrets and certificates and when they end, and nothing else. Each caller has one; a new one ends the one before.",
      accepts: ["Idempotency-Key"],
      replies: { 201: { description: "The address", schema: LinkShape } },
      problems: [],
    },
    async ({ caller, idempotency }) => {
      const made = await makeCalendarLink(deps, {
        ...whose(caller),
        keyHash: idempotency?.keyHash,
      });
      return done({
        status: 201,
        replayed: made.replayed,
        body: {
          url: `${deps.publicUrl}/calendar/${made.address}`,
          since: made.since.toISOString(),
        },
      });
    },
  );

export const calendarLinkGet = (deps: CalendarLinkDeps) =>
  route(
    {
      name: "calendar-link-get",
      operationId: "getCalendarLink",
      method: "GET",
      path: "/calendar-link",
      access: "clients.read",
      summary: "Whether you have an address of the calendar",
      description: "The address itself is kept nowhere and cannot be shown again.",
      replies: { 200: { description: "Since when", schema: LinkStateShape } },
      problems: [],
    },
    async ({ caller }) => {
      const at = await calendarLinkOf(deps, whose(caller));
      const body = { active: at !== undefined, ...(at && { since: at.toISOString() }) };
      return done({ status: 200, body });
    },
  );

export const calendarLinkDelete = (deps: CalendarLinkDeps) =>
  route(
    {
      name: "calendar-link-delete",
      operationId: "endCalendarLink",
      method: "DELETE",
      path: "/calendar-link",
      access: "clients.read",
      summary: "End your address of the calendar",
      description: "From now on it is an address like any that never was.",
      replies: { 204: { description: "It is good no more" } },
      problems: [],
    },
    async ({ caller }) => {
      await endCalendarLink(deps, whose(caller));
      return done({ status: 204 });
    },
  );
