import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Api, type ApiCaller, fieldsOf, openApi, refusalOf } from "../../support/api.ts";
import { clientsOf } from "../../support/make.ts";
import { ownClient } from "../../support/own-client.ts";
import { registerAs } from "../../support/registered.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

/** What holds of every route alike, asked of each that the OpenAPI document has: one that is added later is among them. */

type Call = ApiCaller["call"];
interface Asked {
  readonly call: Call;
  readonly method: string;
  /** With ids of a client and a secret that are there. */
  readonly path: string;
  readonly json: unknown;
}

const today = new Date().toISOString().slice(0, 10);
const Security = z.array(z.record(z.string(), z.unknown()));

let cloud: Cloud;
let api: Api;
let asked: readonly Asked[];
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
  const ann = await api.customer();
  const { client_id: appId, registration_access_token } = await registerAs(ann.call);
  const [made] = clientsOf(await ann.call("GET", "/clients")).items;
  const id = made?.id ?? "";
  const keyId = made?.secrets[0]?.keyId ?? "";
  const values = { id, appId, keyId, credentialId: keyId, subscription: ann.subscription };
  const callers: Readonly<Record<string, Call>> = {
    customer: ann.call,
    operator: await api.olga(),
    application: await api.resourceApi(),
    client: (await ownClient(cloud, api, ann)).call,
    registration: api.callWith(registration_access_token),
  };
  asked = Object.entries(api.document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const [who = {}] = Security.parse(operation["security"]);
      const media = operation.requestBody?.content["application/json"];
      return {
        call: callers[Object.keys(who)[0] ?? ""] ?? api.callWith(undefined),
        method: method.toUpperCase(),
        path: Object.entries(values).reduce(
          (path, [name, value]) => path.replace(`{${name}}`, value),
          template.replace("/api", ""),
        ),
        json: media?.example,
      };
    }),
  );
});

test("takes no query parameter that it does not know", async () => {
  for (const { call, method, path, json } of asked) {
    const answer = await call(method, `${path}?expand=all`, {
      ...(json !== undefined && { json }),
    });

    expect([refusalOf(answer), fieldsOf(answer)], `${method} ${path}`).toEqual([
      "400 invalid-request",
      ["query.expand"],
    ]);
  }
});

test("says which methods its address takes, and in each answer which request it was", async () => {
  for (const { method, path } of asked) {
    const answer = await fetch(`${cloud.addresses.api}${path}`, { method: "OPTIONS" });

    expect(answer.headers.get("allow")?.split(", "), path).toContain(method);
    expect(answer.headers.get("request-id"), path).toMatch(/^[\w-]{8,}$/);
  }
});

test("that is read answers HEAD as it answers GET, and spares whoever has it already", async () => {
  const answered: number[] = [];
  const reads = asked.filter(({ method }) => method === "GET");
  for (const { call, path: whole } of reads) {
    // Of all days it looks hundreds of times into days on which nothing happened.
    const path = whole === "/admin/activity" ? `${whole}?since=${today}T00:00:00Z` : whole;
    const got = await call("GET", path);
    const head = await call("HEAD", path);
    expect([head.status, head.body], path).toEqual([got.status, undefined]);
    answered.push(got.status);
    // A report says when it was made, and is never the same.
    if (got.status !== 200 || path.endsWith("/report")) continue;
    const etag = got.headers.get("etag") ?? "";
    expect(etag, path).toMatch(/^"[^"]+"$/);
    const again = await call("GET", path, { headers: { "if-none-match": etag } });
    expect(again.status, path).toBe(304);
  }
  expect(answered.filter((status) => status === 200).length).toBeGreaterThan(15);
});

test("that takes If-Match refuses one that is empty", async () => {
  const operations = Object.values(api.document.paths).flatMap((methods) => Object.values(methods));
  const conditional = asked.filter((_, index) =>
    operations[index]?.parameters.some(({ name }) => name === "If-Match"),
  );
  for (const { call, method, path, json } of conditional) {
    const headers = { "if-match": "" };
    const answer = await call(method, path, { headers, ...(json !== undefined && { json }) });

    expect([refusalOf(answer), fieldsOf(answer)], `${method} ${path}`).toEqual([
      "400 invalid-request",
      ["header.If-Match"],
    ]);
  }
  expect(conditional.length).toBeGreaterThanOrEqual(7);
});
