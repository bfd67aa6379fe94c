import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { ClientShape } from "../../functions/http/shapes.ts";
import { startTestCloud } from "../support/cloud.ts";
import { grantAs } from "../support/grant-as.ts";

const PAGE = "docs/certificates.md";
const text = readFileSync(join(import.meta.dirname, "../..", PAGE), "utf8");
const [make = "", askForToken = ""] = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
  ([, block = ""]) => block,
);
const run = promisify(execFile);
const Added = z.object({ keyId: z.guid(), thumbprintSha256: z.string() });
const Token = z.object({ access_token: z.string() });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-certificate-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the page's commands make a certificate, add it, and buy a token with it", async () => {
  const cloud = await startTestCloud({ flavour: "entra" });
  const TOKEN = cloud.addresses.users.ann.accessToken;
  const made = await fetch(`${cloud.addresses.api}/clients`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ displayName: "Nightly import" }),
  });
  const client = ClientShape().parse(await made.json());
  await grantAs(cloud, client.id);
  const type = (script: string) =>
    run("sh", ["-euc", script], {
      cwd: folder,
      env: {
        ...{ PATH: process.env["PATH"] ?? "", HOME: folder },
        ...{ API: cloud.addresses.api, CLIENT: client.id, CLIENT_ID: client.appId },
        ...{ TOKEN_ENDPOINT: client.tokenEndpoint, SCOPE: client.scope, TOKEN },
      },
    });

  const added = Added.parse(JSON.parse((await type(make)).stdout));
  expect(added.thumbprintSha256).toHaveLength(64);
  const { access_token } = Token.parse(JSON.parse((await type(askForToken)).stdout));

  const answer = await fetch(`${cloud.addresses.demoApi}/tasks`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  expect(answer.status).toBe(200);
});
