import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildElements } from "../../../infra/build-elements.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../../..");

/** What a host's own code says of the elements; the lines that are wrong say so, and must be found wrong. */
const CONSUMER = `
import { createElement } from "react";
import { LatchkeyClients as Class } from "@latchkey/elements";
import { LatchkeyClients } from "@latchkey/elements/react";

const element: Class = document.createElement("latchkey-clients");
element.getAccessToken = ({ refresh }) => (refresh ? undefined : "token");
element.addEventListener("secret-created", ({ detail }) => {
  const keyId: string = detail.keyId;
  // @ts-expect-error the value is told to nobody
  detail.secretText;
  return keyId;
});
// @ts-expect-error a token is not a function
element.getAccessToken = "token";
createElement(LatchkeyClients, {
  api: "https://keys.example.com/api",
  getAccessToken: async () => "token",
  onClientCreated: ({ detail }) => console.info(detail.appId.toUpperCase()),
});
// @ts-expect-error there are two themes
createElement(LatchkeyClients, { theme: "blue" });
`.replace("const element: Class", "const element");

describe("@latchkey/elements", () => {
  let folder: string;
  let elements: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchkey-elements-"));
    elements = await buildElements(join(folder, "node_modules/@latchkey/elements"));
    for (const name of ["lit", "react", "csstype"])
      await symlink(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    for (const name of ["@lit", "@types", "@lit-labs"])
      await symlink(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("has a manifest that names all that a host may use, and nothing of the inside", async () => {
    const { modules } = JSON.parse(await readFile(join(elements, "custom-elements.json"), "utf8"));
    const names = (list: readonly { readonly name: string }[]) =>
      list.map(({ name }) => name).toSorted();
    const told = modules.map(
      ({ declarations: [element] }: { declarations: [Record<string, never>] }) => [
        element["tagName"],
        names(element["members"] ?? []),
        names(element["attributes"] ?? []),
        names(element["events"] ?? []),
      ],
    );
    expect(told).toEqual([
      [
        "latchkey-clients",
        ["api", "getAccessToken", "lang", "refresh", "show"],
        ["api", "lang", "show", "theme"],
        [
          "client-created",
          "client-deleted",
          "client-renamed",
          "client-restored",
          "client-resumed",
          "client-suspended",
          "credential-created",
          "credential-removed",
          "secret-created",
          "secret-removed",
          "secret-rescheduled",
          "sign-in-needed",
          "view-changed",
        ],
      ],
      [
        "latchkey-consents",
        ["api", "customer", "getAccessToken", "lang", "refresh", "request"],
        ["api", "customer", "lang", "request", "theme"],
        [
          "consent-granted",
          "consent-rejected",
          "consent-revoked",
          "sign-in-needed",
          "view-changed",
        ],
      ],
    ]);
  });

  it("is imported by a server, which has no document", async () => {
    const code = `
      const before = Object.keys(globalThis).join();
      const { LatchkeyClients, LatchkeyConsents } = await import("@latchkey/elements");
      const react = await import("@latchkey/elements/react");
      console.log([typeof document, LatchkeyClients.name, LatchkeyConsents.name, typeof react.LatchkeyClients].join());`;
    await writeFile(join(folder, "server.mjs"), code);
    const { stdout } = await run(process.execPath, [join(folder, "server.mjs")]);
    expect(stdout.trim()).toBe("undefined,LatchkeyClients,LatchkeyConsents,object");
  });

  it("has types for elements, properties, events and React, which find mistakes", async () => {
    await writeFile(join(folder, "consumer.ts"), CONSUMER);
    const options = {
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: "ESNext",
        moduleResolution: "bundler",
        target: "ES2024",
        lib: ["ES2024", "DOM"],
        types: [],
      },
      files: ["consumer.ts"],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(options));
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const told = await run(process.execPath, [tsc, "-p", folder]).catch(
      (error: { readonly stdout: string }) => error,
    );
    expect(told.stdout).toBe("");
  });

  it("leaves this repository as it is", async () => {
    expect(await readFile(join(ROOT, "package.json"), "utf8")).not.toContain("customElements");
  });

  it("is complete: every file that its package.json names is there", async () => {
    const own = JSON.parse(await readFile(join(elements, "package.json"), "utf8"));
    const files = new Set(await readdir(elements));
    const named = [...JSON.stringify(own.exports).matchAll(/:"(\.\/[^"]+)"/g)].map(
      ([, name = ""]) => name,
    );
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !files.has(name.slice(2)))).toEqual([]);
    expect(Object.keys(own.dependencies)).toEqual([
      "@lit/localize",
      "@lit/react",
      "asn1js",
      "lit",
      "pkijs",
    ]);
    expect(
      (await readdir(join(elements, "parts"))).filter((name) => /^(de|es|fr|ja)-.*js$/.test(name))
        .length,
    ).toBe(4);
  });
});
