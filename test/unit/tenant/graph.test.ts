import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { close, listen } from "../../../infra/local/listen.ts";
import { openGraph } from "../../../infra/tools/tenant/graph.ts";
import { signedIn } from "../../../infra/tools/tenant/sign-in.ts";

let server: Server | undefined;
let folder: string | undefined;
afterEach(async () => {
  if (server) await close(server);
  server = undefined;
  if (folder) rmSync(folder, { recursive: true });
  folder = undefined;
  vi.unstubAllEnvs();
});

/** A directory that answers so, one after the other, and 200 from then on. */
async function answering(...statuses: number[]) {
  server = createServer((_, response) => {
    response.writeHead(statuses.shift() ?? 200, { "content-type": "application/json" });
    response.end(JSON.stringify({ value: [] }));
  });
  const port = await listen(server, 0);
  const pauses: number[] = [];
  const graph = openGraph({
    baseUrl: `http://127.0.0.1:${port}`,
    token: async () => "a token",
    pause: async (ms) => void pauses.push(ms),
  });
  return { graph, pauses };
}

test("a page that the directory has no answer for at the moment is asked for again", async () => {
  const { graph, pauses } = await answering(503, 504, 502);
  expect(await graph.list("/applications")).toEqual([]);
  expect(pauses).toEqual([1_000, 2_000, 4_000]);
});

test("a write is not: it may have been done", async () => {
  const { graph, pauses } = await answering(503);
  await expect(graph.write("POST", "/applications", {})).rejects.toThrow("503");
  expect(pauses).toEqual([]);
});

test("the Azure CLI is asked for a token once, however many calls of the directory follow", async () => {
  folder = mkdtempSync(join(tmpdir(), "az-"));
  const az = join(folder, "az");
  writeFileSync(az, `#!/bin/sh\necho asked >> "$0.log"\necho '{"accessToken": "a token"}'\n`);
  chmodSync(az, 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);

  const token = signedIn({}, { way: "az", tenant: "contoso", authority: "https://login.example" });

  expect(await Promise.all([token(), token()])).toEqual(["a token", "a token"]);
  expect(await token()).toBe("a token");
  expect(readFileSync(`${az}.log`, "utf8")).toBe("asked\n");
});
