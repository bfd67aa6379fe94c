import { describe, expect, test } from "vitest";
import { isLast } from "../../../portal/elements/clients/last.ts";
import { credentialCount, nextExpiry } from "../../../portal/elements/shared/ending.ts";
import type { About, Client } from "../../../portal/elements/shared/shapes.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const at = (month: number) => `2026-0${month}-01T00:00:00Z`;

type Credential = Client["credentials"][number];
const certificate = (month: number, more: Partial<Credential> = {}): Credential => ({
  ...{ id: `certificate-${month}`, kind: "certificate", displayName: "" },
  ...{ createdAt: at(1), expiresAt: at(month), ...more },
});
const trust: Credential = { id: "trust", kind: "federated", displayName: "" };

const client = (months: readonly number[], credentials: readonly Credential[] = []): Client => ({
  ...{ id: "id", appId: "app", displayName: "", createdAt: at(1), roles: ["api.read"] },
  consent: {
    ...{ state: "granted", requestedAt: at(1), dueAt: at(1), slaHours: 24, remindersSent: 0 },
    message: "",
  },
  secrets: months.map((month) => ({
    ...{ keyId: String(month), displayName: "", hint: "", createdAt: at(1), expiresAt: at(month) },
  })),
  credentials: [...credentials],
  ...{ tokenEndpoint: "https://a.example/t", scope: "s" },
});

describe("what ends, in a list of clients", () => {
  const t = {
    secretCount: (count: number) => `${count} secrets`,
    certificateCount: (count: number) => `${count} certificates`,
    noSecrets: "none",
  };

  test("is counted by its kind", () => {
    expect(credentialCount(t, client([2, 3], [certificate(4), trust]))).toBe(
      "2 secrets, 1 certificates",
    );
    expect(credentialCount(t, client([], [certificate(4)]))).toBe("1 certificates");
    expect(credentialCount(t, client([]))).toBe("none");
  });

  test("comes next whatever its kind is", () => {
    expect(nextExpiry(client([5, 3], [certificate(2), trust]))).toBe(at(2));
    expect(nextExpiry(client([], [trust]))).toBeUndefined();
  });

  test("of a service that says nothing of other kinds is its secrets", () => {
    const { credentials: _, ...before } = client([2]);
    // What such a service answers is no whole client by now.
    expect(credentialCount(t, before as Client)).toBe("1 secrets");
  });
});

describe("the last credential", () => {
  const kinds = (why?: "directory"): Pick<About, "credentials"> => ({
    credentials: [{ kind: "federated", allowed: why === undefined, ...(why && { why }) }],
  });
  const last = (client: Client, isRead = true, about = kinds()) =>
    isLast(client, "2", { about, isRead, now: NOW });

  test("is a secret beside which nothing works and stays", () => {
    expect(last(client([2]))).toBe(true);
    expect(last(client([2, 3]))).toBe(false);
    expect(last(client([2], [certificate(3)]))).toBe(false);
    expect(last(client([2], [certificate(3, { retiresAt: at(2) })]))).toBe(true);
    expect(last(client([2], [trust]))).toBe(false);
  });

  test("is not foretold where federated ones may be there that nobody has read", () => {
    expect(last(client([2]), false)).toBe(false);
    expect(last(client([2]), false, kinds("directory"))).toBe(true);
  });
});
