import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { openApi } from "../../support/api.ts";
import { NO_SWEEPS, startTestCloud } from "../../support/cloud.ts";
import { generated, lint, type Toolchain, toolchains } from "./toolchains.ts";

/**
 * Clients that well-known generators make of the OpenAPI document: they compile, and a program on each of them makes a client and
 * a secret, lists, renames under an ETag and deletes. A language that is not on this machine is no passed test: it fails, unless
 * `LANGUAGES` names only others.
 */
const wanted = (
  process.env["LANGUAGES"] ?? [...toolchains, ...generated].map(({ name }) => name).join()
).split(",");
/** Packages may have to be fetched first. */
const MINUTES = 60_000;

let cloud: Cloud;
let document: string;
beforeAll(async () => {
  cloud = await startTestCloud({ environment: NO_SWEEPS });
  document = join(mkdtempSync(join(tmpdir(), "latchkey-document-")), "openapi.json");
  writeFileSync(document, await (await fetch(`${cloud.addresses.api}/openapi.json`)).text());
});

const service = async () => {
  const { token } = await (await openApi(cloud)).customer();
  return { document, server: cloud.addresses.portal, token };
};

const named = (maker: string, all: readonly Toolchain[]) =>
  all.filter(({ name }) => wanted.includes(name)).map((one) => ({ ...one, maker }));

for (const { name, maker, missing, tell } of [
  ...named("the language's own generator", toolchains),
  ...named("openapi-generator", generated),
]) {
  test(
    `a client in ${name} by ${maker} compiles and tells the story`,
    async () => {
      expect(missing()).toBeUndefined();
      await tell(await service());
    },
    8 * MINUTES,
  );
}

test(
  "the document passes redocly, Spectral and OWASP, which find what is wrong in another",
  async () => {
    const good = await service();
    await lint(good);

    const spoilt = join(mkdtempSync(join(tmpdir(), "latchkey-document-")), "openapi.json");
    const parsed = JSON.parse(readFileSync(document, "utf8"));
    delete parsed.info.license;
    delete parsed.tags;
    writeFileSync(spoilt, JSON.stringify(parsed));
    await expect(lint({ ...good, document: spoilt })).rejects.toThrow("info-license");
  },
  8 * MINUTES,
);
