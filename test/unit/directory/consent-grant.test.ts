import { afterAll, beforeAll, expect, test } from "vitest";
import { consentDirectory } from "../../../shared/adapters/directory/consent-directory.ts";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { testRuntime } from "../../support/product.ts";
import { newId } from "../../support/samples.ts";
import { graphError, json, openScriptedGraph } from "./scripted-graph.ts";

/** Straight after an application was made its service principal may be refused with 403 for some seconds (reported). */

let graph: Awaited<ReturnType<typeof openScriptedGraph>>;
beforeAll(async () => {
  graph = await openScriptedGraph();
});
afterAll(() => graph.close());

const [api, role, resourceId, principalId] = [newId(), newId(), newId(), newId()];
const NOT_THERE = graphError(404, "Request_ResourceNotFound");
const DENIED = graphError(403, "Authorization_RequestDenied");
const granted = json(200, { value: [{ principalId, resourceId, appRoleId: role }] });

function open() {
  const runtime = testRuntime();
  const apis = [{ appId: api, roleIds: { "api.read": role } }];
  const directory = consentDirectory({ client: graph.client, apis, runtime, budgetMs: 20_000 });
  const subject = { clientId: newId(), appId: newId(), roles: ["api.read"] as const };
  return { runtime, grant: (createdAt: Date) => directory.grant(subject, { createdAt }) };
}

test("of a client that was made a moment ago a denied service principal is waited for", async () => {
  const { runtime, grant } = open();
  graph.script(
    json(200, { id: resourceId }),
    ...[NOT_THERE, DENIED, NOT_THERE, json(201, { id: principalId }), granted],
  );

  expect(await grant(runtime.now())).toBe(principalId);
});

test("of any other client it is a refusal", async () => {
  const { grant } = open();
  graph.script(json(200, { id: resourceId }), NOT_THERE, DENIED);

  await expect(grant(new Date(0))).rejects.toBeInstanceOf(DirectoryRefused);
});

test("a replica that does not find its tenant yet is waited for as long, at each step", async () => {
  const { runtime, grant } = open();
  const astray = Array.from({ length: 6 }, () => graphError(404, "Directory_ObjectNotFound"));
  graph.script(
    json(200, { id: resourceId }),
    ...[...astray, NOT_THERE, ...astray, json(201, { id: principalId })],
    ...[json(200, { value: [] }), ...astray, json(201, {}), granted],
  );

  expect(await grant(runtime.now())).toBe(principalId);
});
