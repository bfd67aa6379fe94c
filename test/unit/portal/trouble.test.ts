import { expect, test } from "vitest";
import { troubleOf } from "../../../portal/elements/shared/trouble.ts";

const refusedWith = (type: string) => {
  const response = Response.json({ type, instance: "urn:uuid:1" }, { status: 409 });
  Object.defineProperty(response, "url", { value: "https://api.example/latchkey/api/clients" });
  return troubleOf(response, 0);
};

test("a problem leads to its page, from wherever the API answers", async () => {
  expect(await refusedWith("/problems/client-busy")).toMatchObject({
    type: "client-busy",
    page: "https://api.example/problems/client-busy",
  });
});

test("what operators gave as the reason is told", async () => {
  const type = "/problems/subscription-blocked";
  const told = await troubleOf(Response.json({ type, reason: "Not paid" }, { status: 403 }), 0);
  expect(told).toMatchObject({ type: "subscription-blocked", reason: "Not paid" });
});

test.each(["", "about:blank", "javascript:alert(1)", "urn:x"])(
  "a type that is no address of the web leads nowhere: %j",
  async (type) => {
    expect((await refusedWith(type)).page).toBeUndefined();
  },
);

test("a field is named as the form names it, and secrets that hold the places are taken whole or not at all", async () => {
  const secret = { keyId: "k", displayName: "Old", hint: "aB3", expiresAt: "2027-01-01T00:00:00Z" };
  const body = {
    type: "/problems/secret-limit-reached",
    errors: [{ field: "/url", message: "…" }, { message: "no field" }],
    secrets: [secret, { keyId: "half" }, null],
  };
  const told = await troubleOf(Response.json(body, { status: 409 }), 0);
  expect(told.fields).toEqual(["url"]);
  expect(told.secrets).toEqual([secret]);
});
