import type { Page, Route } from "playwright-core";
import * as z from "zod";
import type { ConsentItem, Subscription } from "../../portal/elements/shared/shapes.ts";

/** An operators' API whose clients can be as late, as many and as oddly named as a test wants. */

const HOUR_MS = 3_600_000;
const Rejection = z.object({ reason: z.string() });

export function consentItem(
  number: number,
  options: Partial<ConsentItem> & { readonly dueInHours?: number } = {},
): ConsentItem {
  const { dueInHours = number, ...rest } = options;
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  const due = Date.now() + dueInHours * HOUR_MS;
  return {
    clientId: id,
    appId: id.replace("8000", "9000"),
    displayName: `Client ${number}`,
    subscription: "contoso",
    roles: [
      { value: "api.read", description: "Read data", risk: "low" },
      { value: "api.write", description: "Change data", risk: "high" },
    ],
    requestedBy: "Ann Contoso",
    requester: {
      kind: "customer",
      issuer: "https://login.example/policy/v2.0/",
      subject: "7f0e1f5a-0000-4000-8000-000000000001",
      displayName: "Ann Contoso",
    },
    customer: { clients: 3, pending: 1, granted: 1, rejected: 1, revoked: 0 },
    grantUrl: `https://portal.example/grant/${number}`,
    automaticGrant: false,
    consent: {
      state: "pending",
      requestedAt: new Date(due - 24 * HOUR_MS).toISOString(),
      dueAt: new Date(due).toISOString(),
      slaHours: 24,
      remindersSent: dueInHours < 5 ? 2 : 0,
      message: "An administrator has been asked.",
    },
    revision: "1",
    ...rest,
  };
}

const isLate = ({ consent }: ConsentItem): boolean => Date.parse(consent.dueAt) < Date.now();

function listed(items: readonly ConsentItem[], query: URLSearchParams) {
  const inState = (state: string) => items.filter(({ consent }) => consent.state === state);
  const drifted = items.filter(({ drift }) => drift !== undefined);
  const shown = query.has("drifted") ? drifted : inState(query.get("state") ?? "pending");
  const text = (query.get("text") ?? "").toLowerCase();
  return {
    items: shown
      .filter((item) => !query.has("overdue") || isLate(item))
      .filter(({ displayName }) => displayName.toLowerCase().includes(text)),
    ...(query.has("counts") && {
      counts: {
        ...{
          pending: inState("pending").length,
          overdue: inState("pending").filter(isLate).length,
        },
        ...{ granted: inState("granted").length, rejected: inState("rejected").length },
        ...{ revoked: inState("revoked").length, drifted: drifted.length, upTo: 1000 },
      },
    }),
  };
}

/** Serves these instead of the service's own; what is decided is remembered. */
export async function stubOperators(
  page: Page,
  items: ConsentItem[],
  stops: Omit<Subscription, "subscription"> = {},
): Promise<void> {
  const decide = (
    route: Route,
    item: ConsentItem,
    state: "granted" | "rejected",
    reason?: string,
  ) => {
    const decided: ConsentItem = {
      ...item,
      consent: {
        ...item.consent,
        state,
        decidedAt: new Date().toISOString(),
        ...(reason && { reason }),
      },
    };
    items.splice(items.indexOf(item), 1, decided);
    return route.fulfill({ json: decided });
  };
  await page.route("**/api/admin/subscriptions/*", (route) =>
    route.fulfill({ json: { subscription: "contoso", ...stops } satisfies Subscription }),
  );
  await page.route("**/api/admin/consents**", async (route) => {
    const url = new URL(route.request().url());
    const [, id, action] = /consents\/([0-9a-f-]{36})(?:\/(\w+))?$/.exec(url.pathname) ?? [];
    if (!id) return route.fulfill({ json: listed(items, url.searchParams) });
    const item = items.find(({ clientId }) => clientId === id);
    if (!item)
      return route.fulfill({
        status: 404,
        contentType: "application/problem+json",
        json: { type: "/problems/consent-not-found", title: "There is no such consent" },
      });
    if (!action || action === "verify") return route.fulfill({ json: item });
    if (route.request().headers()["if-match"] !== `"${id}.${item.revision}"`) {
      return route.fulfill({
        status: 412,
        contentType: "application/problem+json",
        json: { type: "/problems/consent-changed", title: "The consent has changed", status: 412 },
      });
    }
    if (item.consent.state !== "pending") {
      return route.fulfill({
        status: 409,
        contentType: "application/problem+json",
        json: {
          type: "/problems/consent-already-decided",
          title: "The request has been decided",
          detail: "Somebody was faster.",
          status: 409,
          instance: "urn:uuid:00000000-0000-4000-8000-000000000409",
        },
      });
    }
    const { reason } = Rejection.partial().parse(route.request().postDataJSON() ?? {});
    return decide(route, item, action === "grant" ? "granted" : "rejected", reason);
  });
}
