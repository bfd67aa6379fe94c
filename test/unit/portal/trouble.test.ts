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

test.each(["", "about:blank", "javascript:alert(1)", "urn:x"])(
  "a type that is no address of the web leads nowhere: %j",
  async (type) => {
    expect((await refusedWith(type)).page).toBeUndefined();
  },
);
