import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keySafe } from "../../../shared/adapters/key-safe.ts";
import { withDeadline } from "../../../shared/base/deadline.ts";
import type { Role } from "../../../shared/clients/client.ts";
import type { Lead } from "../../../shared/clients/ports.ts";
import { newId } from "../../support/samples.ts";
import { openLocal } from "./consent-targets.ts";

/** Grants over Microsoft Graph, by a backend that may give them itself: what a late, refusing or mangling directory does to them. */

const ROLES: readonly Role[] = ["api.read", "api.write"];

let opened: Awaited<ReturnType<typeof openLocal>>;
beforeAll(async () => {
  opened = await openLocal();
});
beforeEach(() => {
  opened.local.setFaults(undefined);
  opened.local.resetRequests();
});
const open = () => opened;
const aClient = () => opened.make(ROLES);

const calls = (name: string) =>
  opened.local.requests().filter((request) => request.name === name).length;

describe("granting", () => {
  test("makes what is missing, and is seen; again it makes nothing", async () => {
    const { consent } = open();
    const client = await aClient();
    expect((await consent.see([client])).get(client.clientId)).toEqual({ status: "not-granted" });

    const principalId = await consent.grant(client, client);
    expect(await consent.grant(client, client)).toBe(principalId);

    expect((await consent.see([client])).get(client.clientId)).toEqual({
      status: "granted",
      principalId,
    });
    expect(calls("POST /servicePrincipals/{id}/appRoleAssignedTo")).toBe(2);
    expect(calls("POST /servicePrincipals")).toBe(1);
  });

  test("waits for a directory that is late, and that disagrees with itself", async () => {
    const { consent } = open();
    const client = await aClient();
    opened.local.setFaults({ createLagMs: 1_500, replicaLagMs: 1_000 });
    const principalId = await consent.grant(client, client);
    expect(principalId).toBeDefined();
    opened.local.setFaults(undefined);
    expect((await consent.see([client])).get(client.clientId)).toEqual({
      status: "granted",
      principalId,
    });
  });

  test("is refused for good when the backend may not do it", async () => {
    const { consent } = open();
    const client = await aClient();
    opened.local.setFaults({ quotaExceeded: true });
    await expect(consent.grant(client, client)).rejects.toMatchObject({
      code: "DIRECTORY_REFUSED",
      refusal: { reason: "directory-full" },
    });
  });

  test("ends at the deadline", async () => {
    const { consent } = open();
    const client = await aClient();
    opened.local.setFaults({ createLagMs: 60_000 });
    const startedAt = performance.now();
    await expect(withDeadline(1_500, () => consent.grant(client, client))).rejects.toMatchObject({
      code: "REMOTE_UNAVAILABLE",
    });
    expect(performance.now() - startedAt).toBeLessThan(2_500);
  });
});

describe("revoking", () => {
  test("takes away all that is granted, and is seen; again it does nothing", async () => {
    const { consent } = open();
    const client = await aClient();
    await consent.grant(client, client);
    expect((await consent.see([client])).get(client.clientId)?.status).toBe("granted");

    await consent.revoke(client);
    expect((await consent.see([client])).get(client.clientId)).toEqual({ status: "not-granted" });
    await consent.revoke(client);

    expect(calls("DELETE /servicePrincipals/{id}/appRoleAssignments/{assignmentId}")).toBe(2);
  });

  test("does nothing for a client that has no service principal, or is not there", async () => {
    const { consent } = open();
    await consent.revoke(await aClient());
    await consent.revoke({ clientId: newId(), appId: newId(), roles: ROLES });
    expect(calls("DELETE /servicePrincipals/{id}/appRoleAssignments/{assignmentId}")).toBe(0);
  });

  test("says so when a list that is late does not show all that was granted", async () => {
    const { consent } = open();
    const client = await aClient();
    await consent.grant(client, client);
    opened.local.setFaults({ listLagMs: 60_000 });
    expect(await consent.revoke(client)).toBe(false);

    opened.local.setFaults(undefined);
    expect((await consent.see([client])).get(client.clientId)?.status).toBe("granted");
    expect(await consent.revoke(client)).toBe(true);
  });

  test("throttled it is not done, and says so", async () => {
    const { consent } = open();
    const client = await aClient();
    await consent.grant(client, client);
    opened.local.setFaults({ throttle: { share: 1, retryAfterSeconds: 30 } });
    await expect(consent.revoke(client)).rejects.toMatchObject({ code: "REMOTE_UNAVAILABLE" });
  });
});

describe("looking", () => {
  test("empty pages hide no grant", async () => {
    const { consent } = open();
    const client = await aClient();
    const principalId = await consent.grant(client, client);
    opened.local.setFaults({ emptyPages: 2 });
    expect((await consent.see([client])).get(client.clientId)).toMatchObject({ status: "granted" });
    expect((await consent.granted([client])).get(client.clientId)).toMatchObject({ principalId });
    expect(await open().clients.findByOperation(newId())).toBeUndefined();
  });

  test("which of many are granted is one call, and one for every 20 that have a service principal", async () => {
    const { consent } = open();
    const clients = [];
    for (let made = 0; made < 32; made += 1) clients.push(await aClient());
    const granted = clients.filter((_, at) => at % 10 === 0);
    for (const client of granted) await consent.grant(client, client);
    opened.local.resetRequests();

    const found = await consent.granted(clients);

    expect([...found.keys()].toSorted()).toEqual(
      granted.map(({ clientId }) => clientId).toSorted(),
    );
    expect(calls("POST /$batch")).toBe(2);
  });

  test("every page of all grants can be read from its mark; a mark that is none has expired", async () => {
    const { consent } = open();
    const client = await aClient();
    const principalId = await consent.grant(client, client);
    opened.local.setFaults({ emptyPages: 1 });
    const first = await consent.assignments();
    if (first === "expired") throw new Error("The first page cannot have expired");
    expect(first.items).toEqual([]);
    const second = await consent.assignments(first.next);
    expect(second).toMatchObject({
      items: expect.arrayContaining(ROLES.map((role) => ({ principalId, role }))),
    });
    const broken = `${first.next ?? ""}`.replace(/skiptoken=[^&]+/, "skiptoken=none");
    opened.local.setFaults(undefined);
    expect(await consent.assignments(broken)).toBe("expired");
  });

  test("every registration of this service is listed, page by page, and no other", async () => {
    const { consent } = open();
    const mine = [await aClient(), await aClient()].map(({ clientId }) => clientId);
    opened.local.setFaults({ emptyPages: 2 });
    const listed: string[] = [];
    const leads: Lead[] = [];
    for (let from: string | undefined, pages = 0; pages === 0 || from !== undefined; pages += 1) {
      const page = await consent.registrations(from);
      if (page === "expired") throw new Error("A mark that is new cannot have expired");
      listed.push(...page.items.map(({ clientId }) => clientId));
      leads.push(...page.items.flatMap(({ lead }) => lead ?? []));
      from = page.next;
    }
    expect(listed).toEqual(expect.arrayContaining(mine));
    expect(leads).toEqual(
      expect.arrayContaining(
        mine.map((clientId) => ({ clientId, subscriptionKey: keySafe("contract tests") })),
      ),
    );
    expect(listed).not.toContain(opened.local.settings["DIRECTORY_CLIENT_ID"]);
  });

  test("an answer that cannot be read is asked for again", async () => {
    const { consent } = open();
    const client = await aClient();
    await consent.see([client]);
    opened.local.setFaults({ mangled: { share: 0.5, how: "truncated" } });
    for (let look = 0; look < 5; look += 1)
      expect((await consent.see([client])).get(client.clientId)).toEqual({ status: "not-granted" });
  });
});
