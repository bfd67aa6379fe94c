import { expect, test } from "vitest";
import { forgetOthers } from "../../../portal/page/forget-others.ts";

const signIn = (clientId: string) => ({ clientId, authority: "https://a.example/t", scopes: [] });

function shelf(...names: string[]) {
  const kept = [...names];
  return {
    kept,
    get length() {
      return kept.length;
    },
    key: (index: number) => kept[index] ?? null,
    removeItem: (name: string) => void kept.splice(kept.indexOf(name), 1),
  };
}

test("a page keeps its own tokens and forgets those of the other kind of person", () => {
  const storage = shelf(
    "msal.2|olga|host|accesstoken|CCCC-OPERATORS|tenant|scope",
    "msal.2|ann|host|accesstoken|aaaa-customers|tenant|scope",
    "msal.2|olga|host|refreshtoken|cccc-operators||",
    "latchkey.theme",
  );
  const config = { customers: signIn("AAAA-customers"), operators: signIn("cccc-operators") };

  forgetOthers(storage, config, "customers");

  expect(storage.kept).toEqual([
    "msal.2|ann|host|accesstoken|aaaa-customers|tenant|scope",
    "latchkey.theme",
  ]);
});

test("nothing is forgotten where one registration serves both, or only one page is set up", () => {
  const storage = shelf("msal.2|ann|host|accesstoken|aaaa|tenant|scope");

  forgetOthers(storage, { customers: signIn("aaaa"), operators: signIn("AAAA") }, "operators");
  forgetOthers(storage, { customers: signIn("aaaa") }, "customers");

  expect(storage.kept).toHaveLength(1);
});
