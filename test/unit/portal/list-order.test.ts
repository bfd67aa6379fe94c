import { expect, it } from "vitest";
import { found } from "../../../portal/elements/clients/list-order.ts";
import type { Client } from "../../../portal/elements/shared/shapes.ts";

const client = (displayName: string, day: number, expires: readonly number[]): Client => ({
  id: displayName,
  appId: `app-${displayName}`,
  displayName,
  createdAt: `2026-01-0${day}T00:00:00Z`,
  roles: ["api.read"],
  consent: {
    state: "granted",
    requestedAt: "2026-01-01T00:00:00Z",
    dueAt: "2026-01-02T00:00:00Z",
    slaHours: 24,
    remindersSent: 0,
    message: "",
  },
  secrets: expires.map((month) => ({
    keyId: String(month),
    displayName: "",
    hint: "",
    createdAt: "2026-01-01T00:00:00Z",
    expiresAt: `2027-0${month}-01T00:00:00Z`,
  })),
  credentials: [],
  tokenEndpoint: "https://a.example/t",
  scope: "s",
});
const items = [client("Client 10", 1, []), client("éclair", 3, [5, 2]), client("Client 9", 2, [3])];
const names = (filter: string, order: "newest" | "name" | "expiry") =>
  found(items, filter, order, "en").map(({ displayName }) => displayName);

it("clients come newest first, by name as people count, or by what expires first", () => {
  expect(names("", "newest")).toEqual(["éclair", "Client 9", "Client 10"]);
  expect(names("", "name")).toEqual(["Client 9", "Client 10", "éclair"]);
  expect(names("", "expiry")).toEqual(["éclair", "Client 9", "Client 10"]);
});

it("and are found by a part of their name or the beginning of their client id", () => {
  expect(names("CLIENT", "name")).toEqual(["Client 9", "Client 10"]);
  expect(names("app-é", "name")).toEqual(["éclair"]);
  expect(names("pp-", "name")).toEqual([]);
});
