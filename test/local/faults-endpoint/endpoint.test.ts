import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FaultsEndpoint, startFaultsEndpoint } from "../../../infra/local/faults/endpoint.ts";
import { composeTaps, createFaultTap } from "../../../infra/local/faults/fault-tap.ts";
import type { Faults } from "../../../infra/local/faults/faults.ts";
import { openTap } from "../../../infra/local/tap.ts";

let endpoint: FaultsEndpoint;
let faults: Faults = {};

beforeAll(async () => {
  endpoint = await startFaultsEndpoint({
    port: 0,
    current: () => faults,
    apply: async (next) => {
      faults = next;
    },
  });
});
afterAll(() => endpoint.stop());

const put = (body: string) => fetch(endpoint.origin, { method: "PUT", body });

describe("the switchboard", () => {
  it("sets, shows and clears", async () => {
    const wanted = { directory: { latencyMs: 50, createLagMs: 4000 }, bus: "down" };
    expect(await (await put(JSON.stringify(wanted))).json()).toEqual(wanted);
    expect(await (await fetch(endpoint.origin)).json()).toEqual(wanted);
    const cleared = await fetch(endpoint.origin, { method: "DELETE" });
    expect(await cleared.json()).toEqual({});
    expect(faults).toEqual({});
  });

  it.each([
    ['{"bus":"up"}', "bus"],
    ['{"tables":{"latency":5}}', "tables.latency"],
    ['{"bus":{"missing":["consent"]}}', "bus.missing"],
    ['{"inbox":{"share":2}}', "inbox.share"],
    ['{"queue":"down"}', "queue"],
  ])("names the wrong field of %s", async (body, field) => {
    const response = await put(body);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const problem = (await response.json()) as { errors: { field: string }[] };
    expect(problem.errors.map((error) => error.field)).toContain(field);
    expect(faults).toEqual({});
  });

  it.each([
    { tables: { hang: true } },
    { tables: { missing: ["clients", "journal"] } },
    { tables: { forbidden: true } },
    { bus: { hang: true } },
  ])("takes %j", async (wanted) => {
    expect(await (await put(JSON.stringify(wanted))).json()).toEqual(wanted);
    expect(faults).toEqual(wanted);
    await fetch(endpoint.origin, { method: "DELETE" });
  });

  it("answers 400 to what is not JSON, 404 elsewhere and 405 to other methods", async () => {
    const statuses = [
      (await put("down")).status,
      (await fetch(`${endpoint.origin}/faults`)).status,
      (await fetch(endpoint.origin, { method: "POST" })).status,
    ];
    expect(statuses).toEqual([400, 404, 405]);
  });
});

describe("the faults' tap", () => {
  const call = { service: "tables", name: "insert clients" } as const;

  it("cuts the share that was asked for, the same calls in every run", async () => {
    const run = async () => {
      const tap = createFaultTap();
      tap.set("tables", { cutAfterCommit: { share: 0.3 } });
      return Promise.all(Array.from({ length: 1000 }, () => tap.after(call)));
    };
    const first = await run();
    expect(first.filter((verdict) => verdict === "cut").length).toBeGreaterThan(250);
    expect(first.filter((verdict) => verdict === "cut").length).toBeLessThan(350);
    expect(await run()).toEqual(first);
  });

  it("leaves reads and the other service alone", async () => {
    const tap = createFaultTap();
    tap.set("tables", { cutAfterCommit: { share: 1 } });
    expect(await tap.after({ service: "tables", name: "query clients" })).toBe("pass");
    expect(await tap.after({ service: "bus", name: "send consent" })).toBe("pass");
  });

  it("neither does nor answers anything while a service hangs", async () => {
    const tap = createFaultTap();
    tap.set("tables", { hang: true });
    const hung = tap.before(call).then(() => "answered");
    const other = tap.before({ service: "bus", name: "send consent" });

    expect(await other).toBe("pass");
    expect(await Promise.race([hung, other])).toBe("pass");
    tap.set("tables", undefined);
    expect(await tap.before(call)).toBe("pass");
  });

  it("stands beside a test's own tap: either may cut", async () => {
    const cut = composeTaps(openTap, { ...openTap, before: async () => "cut" });
    expect([await cut.before(call), await cut.after(call)]).toEqual(["cut", "pass"]);
  });
});
