import { execFile } from "node:child_process";
import { env, execPath } from "node:process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestDirectory } from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
beforeAll(async () => {
  test = await openTestDirectory();
});
afterAll(() => test.close());

const run = promisify(execFile);

it("serves unmodified MSAL and Graph client over https with its own authority", async () => {
  test.directory.resetRequests();
  const client = new URL("./sdk-client.ts", import.meta.url).pathname;
  const { stdout } = await run(execPath, [client], { env: { ...env, ...test.directory.settings } });

  expect(JSON.parse(stdout)).toEqual({
    listed: 1,
    secretLength: 40,
    batched: 200,
    missing: [404, "Request_ResourceNotFound"],
  });
  expect(test.directory.requests().map(({ name, status }) => `${name} ${status}`)).toEqual([
    "POST /token 200",
    "POST /applications 201",
    "POST /applications/{id}/addPassword 200",
    "GET /applications 200",
    "POST /$batch 200",
    "GET /applications/{id} 404",
  ]);
});

it("is not trusted without that authority", async () => {
  await expect(fetch(`${test.directory.secureOrigin}/v1.0/organization`)).rejects.toThrow(
    "fetch failed",
  );
});
