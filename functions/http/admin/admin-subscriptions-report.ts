import { done } from "../../../shared/base/outcome.ts";
import {
  type CustomerReport,
  type ReportDeps,
  type ReportedClient,
  reportCustomer,
} from "../../../shared/operations/whole/report-customer.ts";
import { route } from "../../edge/route.ts";
import type { Shaped } from "../../edge/shape.ts";
import { ActivityPaging, showActivity } from "../clients/activity-shapes.ts";
import { showConsent, showSuspended } from "../shapes.ts";
import { type ReportedClientShape, ReportShape } from "./report-shapes.ts";
import { showSubscription } from "./subscription-shape.ts";

/** What was there of a customer: for whoever ends it, and for those who ask afterwards. */
export const adminSubscriptionsReport = (deps: ReportDeps) =>
  route(
    {
      name: "admin-subscriptions-report",
      operationId: "reportSubscription",
      method: "GET",
      path: "/admin/subscriptions/{subscription}/report",
      access: "operator",
      summary: "What a customer has and had: clients, secrets and certificates, consents, activity",
      description:
        "From the records, so that it says the same while the customer is offboarded and for 30 days after. With `Accept: application/x-ndjson` it is one client, entry or row that cannot be read a line, each named by its `kind`, and `Link` leads to the next page.",
      query: ActivityPaging,
      replies: {
        200: {
          description: "A page of the report",
          schema: ReportShape,
          asLines: "client or entry of activity",
        },
      },
      problems: [],
    },
    async ({ subscription, query, asLines }) => {
      const { limit, cursor: after } = query;
      const report = await reportCustomer(deps, { subscription, limit, after });
      const body = showReport(report);
      if (!asLines) return done({ status: 200, body });
      const { next } = report.activity;
      const path = `/api/admin/subscriptions/${encodeURIComponent(subscription)}/report`;
      const link = `<${path}?limit=${limit}&cursor=${encodeURIComponent(next ?? "")}>; rel="next"`;
      const lines = [
        ...body.clients.map((client) => ({ kind: "client", ...client })),
        ...body.activity.map((entry) => ({ kind: "activity", ...entry })),
        ...body.unread.map((row) => ({ kind: "unread", row })),
      ];
      return done({
        status: 200,
        headers: { "content-type": "application/x-ndjson", ...(next && { link }) },
        text: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
      });
    },
  );

const showReport = ({
  at,
  account,
  clients,
  activity,
  unread,
}: CustomerReport): Shaped<typeof ReportShape> => ({
  at: at.toISOString(),
  subscription: showSubscription(account),
  clients: clients.map(showClient),
  activity: activity.items.map((entry) => showActivity(entry)),
  unread: [...unread],
  ...(activity.next && { nextCursor: activity.next }),
});

const showClient = ({
  record,
  deletedAt,
  secrets,
}: ReportedClient): Shaped<typeof ReportedClientShape> => ({
  ...{ id: record.id, appId: record.appId, displayName: record.displayName },
  createdAt: record.createdAt.toISOString(),
  ...(deletedAt && { deletedAt: deletedAt.toISOString() }),
  roles: [...record.roles],
  consent: showConsent(record.consent),
  ...showSuspended(record.suspended),
  secrets: secrets.map(({ keyId, kind, displayName, createdAt, expiresAt }) => ({
    ...{ keyId, kind: kind ?? ("secret" as const), displayName },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  })),
});
