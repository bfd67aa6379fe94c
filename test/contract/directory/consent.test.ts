import { beforeAll, describe, expect, test } from "vitest";
import type { Role } from "../../../shared/clients/client.ts";
import type { DirectoryPage } from "../../../shared/consent/ports.ts";
import { newId } from "../../support/samples.ts";
import { consentTargets, type OpenConsentTarget } from "./consent-targets.ts";

/** What is said of grants, whichever directory says it. What only the real one can do is in consent-graph.test.ts. */

const BOTH: readonly Role[] = ["api.read", "api.write"];

async function everything<T>(read: (from?: string) => Promise<DirectoryPage<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let from: string | undefined, pages = 0; pages === 0 || from !== undefined; pages += 1) {
    const page = await read(from);
    if (page === "expired") throw new Error("A mark that is new cannot have expired");
    items.push(...page.items);
    from = page.next;
  }
  return items;
}

describe.each(consentTargets)("Grants $name", ({ open }) => {
  let target: OpenConsentTarget;
  beforeAll(async () => {
    target = await open();
  });
  const seen = async (client: Parameters<OpenConsentTarget["delete"]>[0]) =>
    (await target.consent.see([client])).get(client.clientId);

  test("are made once, and seen by whoever looks", async () => {
    const { consent } = target;
    const client = await target.make(BOTH);
    expect(await seen(client)).toEqual({ status: "not-granted" });
    expect((await consent.granted([client])).size).toBe(0);

    const principalId = await consent.grant(client, client);

    expect(await consent.grant(client, client)).toBe(principalId);
    expect(await seen(client)).toEqual({ status: "granted", principalId });
    const grant = { principalId, complete: true };
    expect([...(await consent.granted([client]))]).toEqual([[client.clientId, grant]]);
    expect([...(await consent.carried([client]))]).toEqual([[client.clientId, grant]]);
    expect(await everything(consent.assignments)).toEqual(
      expect.arrayContaining(BOTH.map((role) => ({ principalId, role }))),
    );
  });

  test("of a client that is not there, or is there no more, are none", async () => {
    const { consent } = target;
    const never = { clientId: newId(), appId: newId(), roles: BOTH, createdAt: new Date(0) };
    const deleted = await target.make(BOTH);
    await consent.grant(deleted, deleted);
    await target.delete(deleted);
    for (const gone of [never, deleted]) {
      expect(await consent.grant(gone, { createdAt: new Date(0) })).toBeUndefined();
      expect(await seen(gone)).toEqual({ status: "absent" });
      expect((await consent.granted([gone])).size).toBe(0);
      expect((await consent.carried([gone])).size).toBe(0);
    }
  });

  test("of a part of the roles are no grant, and one that is withdrawn is gone", async () => {
    const { consent } = target;
    const client = await target.make(BOTH);
    const principalId = await consent.grant(client, client);
    await target.withdraw(client, "api.write");
    expect(await seen(client)).toEqual({ status: "not-granted" });
    expect((await consent.granted([client])).get(client.clientId)).toEqual({
      principalId,
      complete: false,
    });
    const mine = (await everything(consent.assignments)).filter(
      (assignment) => assignment.principalId === principalId,
    );
    expect(mine).toEqual([{ principalId, role: "api.read" }]);
  });

  test("of both APIs are one consent, to all of it or to none", async () => {
    const { consent } = target;
    const client = await target.make(["api.read", "keys.rotate"]);
    const principalId = await consent.grant(client, client);
    expect(await seen(client)).toEqual({ status: "granted", principalId });
    const mine = async () =>
      (await everything(consent.assignments))
        .filter((assignment) => assignment.principalId === principalId)
        .map(({ role }) => role);
    expect(await mine()).toEqual(["api.read", "keys.rotate"]);

    await target.withdraw(client, "keys.rotate");
    expect(await seen(client)).toEqual({ status: "not-granted" });
    expect(await mine()).toEqual(["api.read"]);

    await consent.grant(client, client);
    expect(await seen(client)).toEqual({ status: "granted", principalId });
    expect(await consent.revoke(client)).toBe(true);
    expect(await mine()).toEqual([]);
  });

  test("of the service's own API that nobody asked for are told, as any are", async () => {
    const { consent } = target;
    const client = await target.make(["api.read"]);
    await consent.grant(client, client);
    await target.assign(client, "keys.rotate");
    const { excess = [] } = (await consent.carried([client])).get(client.clientId) ?? {};
    expect(excess).toMatchObject([{ role: "keys.rotate", own: true }]);
    expect(await consent.revoke(client)).toBe(true);
    expect((await consent.carried([client])).get(client.clientId)?.excess).toBeUndefined();
  });

  test("are all taken away at once, those of the API; again nothing is", async () => {
    const { consent } = target;
    const client = await target.make(BOTH);
    await consent.grant(client, client);
    expect(await consent.revoke(client)).toBe(true);
    expect(await consent.revoke(client)).toBe(false);
    expect(await seen(client)).toEqual({ status: "not-granted" });
    // Its service principal is there, with nothing.
    const carried = (await consent.carried([client])).get(client.clientId);
    expect(carried).toEqual({ principalId: expect.any(String), complete: false });
  });

  test("beyond what was asked for are told with the grant, whichever API they are of", async () => {
    const { consent } = target;
    const client = await target.make(["api.read"]);
    await consent.grant(client, client);
    await target.assign(client, "api.write");
    const { role } = await target.assign(client, "of another API");
    const excess = [
      { resource: expect.any(String), role: "api.write", own: true },
      { resource: "Microsoft Graph", role, own: false },
    ];
    const all = [
      await seen(client),
      (await consent.granted([client])).get(client.clientId),
      (await consent.carried([client])).get(client.clientId),
    ];
    for (const shown of all)
      expect(shown).toMatchObject({ excess: expect.arrayContaining(excess) });
    for (const shown of all)
      expect(shown && "excess" in shown ? shown.excess : []).toHaveLength(excess.length);
    expect(all[0]).toMatchObject({ status: "granted" });
  });

  test("of another API alone are no grant, and are told of all the same", async () => {
    const { consent } = target;
    const client = await target.make(BOTH);
    const { role } = await target.assign(client, "of another API");
    const excess = [{ resource: "Microsoft Graph", role, own: false }];
    expect(await seen(client)).toEqual({ status: "not-granted", excess });
    expect((await consent.granted([client])).get(client.clientId)).toMatchObject({
      complete: false,
      excess,
    });
  });

  test("have a list of the registrations beside them, in which whoever is deleted no longer stands", async () => {
    const { consent } = target;
    const [kept, deleted] = [await target.make(BOTH), await target.make(BOTH)];
    await target.delete(deleted);
    const listed = (await everything(consent.registrations)).map(({ clientId }) => clientId);
    expect(listed).toContain(kept.clientId);
    expect(listed).not.toContain(deleted.clientId);
    expect(await consent.registrations("no mark of any page")).toBe("expired");
  });
});
