import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../support/samples.ts";
import { errorMessage, type Json, openTestDirectory, text } from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
let id: string;
beforeAll(async () => {
  test = await openTestDirectory();
  id = text((await test.graph("POST", "/applications", { displayName: "Batched" })).body, "id");
});
afterAll(() => test.close());

const json = { "Content-Type": "application/json" };
const batch = (requests: unknown[]) => test.graph("POST", "/$batch", { requests });
const responses = (body: Json): Json[] => body["responses"] as Json[];
const reads = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: String(index),
    method: "GET",
    url: `/applications/${id}`,
  }));

describe("$batch", () => {
  it("answers 200 with a status for each part, also when some fail", async () => {
    const { status, body } = await batch([
      { id: "1", method: "GET", url: `/applications/${id}?$select=id` },
      { id: "2", method: "GET", url: "applications/00000000-0000-0000-0000-000000000001" },
      {
        id: "3",
        method: "PATCH",
        url: `/applications/${id}`,
        headers: json,
        body: { displayName: "Again" },
      },
      { id: "4", method: "POST", url: "/applications", headers: json, body: {} },
    ]);

    expect(status).toBe(200);
    expect(responses(body).map((part) => [part["id"], part["status"]])).toEqual([
      ["1", 200],
      ["2", 404],
      ["3", 204],
      ["4", 400],
    ]);
    expect(responses(body)[0]).toMatchObject({
      headers: { "Content-Type": "application/json" },
      body: { id },
    });
    expect(responses(body)[1]).toMatchObject({
      body: { error: { code: "Request_ResourceNotFound" } },
    });
    expect(responses(body)[2]).not.toHaveProperty("body");
  });

  it("takes 20 parts and no more", async () => {
    expect(responses((await batch(reads(20))).body)).toHaveLength(20);
    expect((await batch(reads(21))).status).toBe(400);
  });

  it.each([
    [
      "ids that differ only in case",
      [
        { id: "a", method: "GET", url: "/organization" },
        { id: "A", method: "GET", url: "/organization" },
      ],
    ],
    [
      "a body without Content-Type",
      [{ id: "1", method: "POST", url: "/applications", body: { displayName: "x" } }],
    ],
    [
      "a write without a body",
      [{ id: "1", method: "POST", url: `/directory/deletedItems/${newId()}/restore` }],
    ],
    ["an unknown dependsOn", [{ id: "1", method: "GET", url: "/organization", dependsOn: ["2"] }]],
    ["no parts", []],
  ])("refuses %s with 400", async (_case, requests) => {
    expect((await batch(requests)).status).toBe(400);
  });

  it.each([
    ["text/plain", "Entity only allows writes with a JSON Content-Type header."],
    ["", "Write requests (excluding DELETE) must contain the Content-Type header declaration."],
  ])("is refused as %o, as every write is", async (type, message) => {
    const answer = await test.graph(
      "POST",
      "/$batch",
      { requests: reads(1) },
      {
        "content-type": type,
      },
    );

    expect(answer.status).toBe(400);
    expect(errorMessage(answer)).toBe(message);
  });

  it("answers 424 for what depends on a failure, and runs what depends on success afterwards", async () => {
    const { body } = await batch([
      { id: "1", method: "GET", url: "/applications/00000000-0000-0000-0000-000000000001" },
      { id: "2", method: "GET", url: "/organization", dependsOn: ["1"] },
      {
        id: "3",
        method: "PATCH",
        url: `/applications/${id}`,
        headers: json,
        body: { notes: "first" },
      },
      { id: "4", method: "GET", url: `/applications/${id}?$select=notes`, dependsOn: ["3"] },
    ]);
    expect(responses(body).map((part) => part["status"])).toEqual([404, 424, 204, 200]);
    expect(responses(body)[3]).toMatchObject({ body: { notes: "first" } });
  });

  it("does not know paths that repeat the version", async () => {
    const { body } = await batch([{ id: "1", method: "GET", url: "/v1.0/organization" }]);
    expect(responses(body)[0]).toMatchObject({ status: 400 });
  });

  it("counts as one request", async () => {
    test.directory.resetRequests();
    await batch(reads(5));
    expect(test.directory.requests().map(({ name, status }) => [name, status])).toEqual([
      ["POST /$batch", 200],
    ]);
  });
});
