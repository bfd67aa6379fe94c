import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import type { Cloud } from "../../infra/local/cloud.ts";
import { setting } from "../../infra/local/services.ts";
import { run } from "../browser/run-snippet.ts";
import { type Call, openApi } from "../support/api.ts";
import { startTestCloud } from "../support/cloud.ts";
import { grantAs } from "../support/grant-as.ts";
import { makeClient, type ShownClient } from "../support/make.ts";
import { selfSignedCertificate } from "../support/self-signed.ts";
import { failure } from "./failure.ts";
import { buildGo, type Command, python } from "./languages.ts";

/**
 * MSAL in three languages, unmodified: each gets a client's token with a certificate that was added through the API, over https, and
 * none any more when it has been removed. A language that is not on this machine fails, unless `LANGUAGES` names only others.
 */

const at = (path: string) => join(import.meta.dirname, path);
const missingMsal = () => failure(python, ["-c", "import msal"]);
const PROGRAMS: readonly {
  readonly name: string;
  readonly language: string;
  missing(): string | undefined;
  prepare(): Command;
}[] = [
  {
    ...{ name: "Python, by the certificate (SHA-256)", language: "Python", missing: missingMsal },
    prepare: () => [python, at("python/certificate.py")],
  },
  {
    ...{ name: "Python, by the thumbprint (SHA-1)", language: "Python", missing: missingMsal },
    prepare: () => [python, at("python/thumbprint.py")],
  },
  {
    ...{ name: "Go", language: "Go", missing: () => failure("go", ["version"]) },
    prepare: () => [buildGo("./certificate")],
  },
  {
    ...{ name: "JavaScript", language: "JavaScript", missing: () => undefined },
    prepare: () => [process.execPath, at("javascript/certificate.mjs")],
  },
];
const wanted = process.env["LANGUAGES"]?.split(",");
const Certificate = z.object({ keyId: z.guid(), thumbprint: z.string() });

let cloud: Cloud;
let call: Call;
let folder: string;
let client: ShownClient;
const { pem } = selfSignedCertificate("Nightly import");
beforeAll(async () => {
  cloud = await startTestCloud({ flavour: "entra" });
  folder = await mkdtemp(join(tmpdir(), "latchkey-msal-"));
  await writeFile(join(folder, "client.pem"), pem);
  ({ call } = await (await openApi(cloud)).customer());
  client = await makeClient(call);
  await grantAs(cloud, client.id);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function register() {
  const path = `/clients/${client.id}/certificates`;
  const certificate = pem.slice(0, pem.indexOf("-----BEGIN PRIVATE"));
  const { body } = await call("POST", path, { json: { certificate } });
  const { keyId, thumbprint } = Certificate.parse(body);
  return { thumbprint, remove: () => call("DELETE", `${path}/${keyId}?confirm=last`) };
}

test("the page shows the first of these programs as it stands", async () => {
  const [page, program] = await Promise.all([
    readFile(at("../../docs/certificates.md"), "utf8"),
    readFile(at("python/certificate.py"), "utf8"),
  ]);
  expect(page).toContain(`\`\`\`python\n${program}\`\`\``);
});

for (const { name, language, missing, prepare } of PROGRAMS) {
  test.runIf(wanted?.includes(language) ?? true)(name, async () => {
    expect(missing()).toBeUndefined();
    const [program, ...args] = prepare();
    const { thumbprint, remove } = await register();
    const authority = setting(cloud.settings, "NODE_EXTRA_CA_CERTS");
    const env = {
      ...process.env,
      ...{ CLIENT_ID: client.appId, SCOPE: client.scope, THUMBPRINT: thumbprint },
      AUTHORITY: `${cloud.directory.secureOrigin}/${setting(cloud.settings, "DIRECTORY_TENANT_ID")}`,
      CERTIFICATE: join(folder, "client.pem"),
      // How each is told whom to trust besides the machine's own authorities.
      ...{
        REQUESTS_CA_BUNDLE: authority,
        SSL_CERT_FILE: authority,
        NODE_EXTRA_CA_CERTS: authority,
      },
    };
    const shown = async () => (await run(program, args, { env })).stdout.trim();

    const token = await shown();
    expect((await remove()).status).toBe(204);
    const refused = await shown();

    expect(token).toMatch(/^ey[\w.-]+$/);
    expect(decodeJwt(token)).toMatchObject({ azp: client.appId, roles: ["api.read", "api.write"] });
    expect(refused).toContain("AADSTS700027");
  });
}
