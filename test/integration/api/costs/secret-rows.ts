import type { CostRow } from "./row.ts";

/** Secrets, at a host whose clients get their tokens from a policy of Azure AD B2C. */
export const secretRows: readonly CostRow[] = [
  {
    ask: ["POST", "/clients/{id}/secrets", { json: { displayName: "A" } }],
    status: 201,
    route: "secrets-add",
    calls: ["POST /applications/{id}/addPassword"],
    tables: 4,
  },
  {
    // The old one's record is read besides.
    ask: ["POST", "/clients/{id}/secrets/{keyId}/rotate", { json: {} }],
    status: 201,
    route: "secrets-rotate",
    calls: ["POST /applications/{id}/addPassword"],
    tables: 5,
  },
  {
    when: "without grace",
    ask: ["POST", "/clients/{id}/secrets/{keyId}/rotate", { json: { graceHours: 0 } }],
    status: 201,
    route: "secrets-rotate",
    calls: ["POST /applications/{id}/addPassword", "POST /applications/{id}/removePassword"],
    tables: 5,
  },
  {
    when: "its removal",
    ask: ["PATCH", "/clients/{id}/secrets/{keyId}", { json: { retiresAt: null } }],
    status: 200,
    route: "secrets-reschedule",
    calls: [],
    tables: 5,
  },
  {
    when: "its reminders",
    ask: [
      "PATCH",
      "/clients/{id}/secrets/{keyId}",
      { json: { snoozedUntil: "2126-11-03T09:30:00Z" } },
    ],
    status: 200,
    route: "secrets-reschedule",
    calls: [],
    tables: 4,
  },
  {
    ask: ["GET", "/clients/{id}/secrets"],
    status: 200,
    route: "secrets-list",
    calls: ["GET /applications/{id}"],
    tables: 1,
  },
  {
    ask: ["GET", "/clients/{id}/secrets/{keyId}"],
    status: 200,
    route: "secrets-get",
    calls: ["GET /applications/{id}"],
    tables: 1,
  },
  {
    ask: ["DELETE", "/clients/{id}/secrets/{keyId}"],
    status: 204,
    route: "secrets-remove",
    calls: ["POST /applications/{id}/removePassword"],
    tables: 4,
  },
  {
    when: "of a client that has its consent",
    begin: "granted",
    ask: ["DELETE", "/clients/{id}/secrets/{keyId}"],
    status: 204,
    route: "secrets-remove",
    // Whether it is the last one, the directory says.
    calls: ["GET /applications/{id}", "POST /applications/{id}/removePassword"],
    tables: 4,
  },
];
