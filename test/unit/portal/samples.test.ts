import { describe, expect, it } from "vitest";
import { environmentFile } from "../../../portal/elements/clients/environment-file.ts";
import { samples } from "../../../portal/elements/clients/samples.ts";

const values = {
  appId: "id",
  tokenEndpoint: "https://a.example/t",
  scope: "it's",
  secret: `a'b"c$d\\e`,
  api: "https://api.example/tasks",
};
const code = Object.fromEntries(samples(values).map(({ name, code }) => [name, code]));

describe("the samples", () => {
  it("are in six languages, and each calls the API with its token", () => {
    expect(Object.keys(code)).toEqual(["curl", "PowerShell", "Python", "C#", "Node.js", "Java"]);
    for (const [name, text] of Object.entries(code)) {
      expect(text, name).toMatch(/Bearer\b/);
      expect(text.indexOf(values.api), name).toBeGreaterThan(text.indexOf(values.tokenEndpoint));
    }
  });

  it("quote whatever a value may hold, each as its language does", () => {
    expect(code["curl"]).toContain(`client_secret='a'\\''b"c$d\\e'`);
    expect(code["PowerShell"]).toContain(`'a''b"c$d\\e'`);
    for (const name of ["Python", "C#", "Node.js", "Java"])
      expect(code[name], name).toContain(`"a'b\\"c$d\\\\e"`);
  });
});

it("an environment file is one quoted line for each value", () => {
  expect(environmentFile(values, "v#1 $x")).toBe(
    "CLIENT_ID='id'\nCLIENT_SECRET='v#1 $x'\nTOKEN_ENDPOINT='https://a.example/t'\nSCOPE='it'\\''s'\n",
  );
});
