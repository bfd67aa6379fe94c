import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, expect, test } from "vitest";
import * as z from "zod";
import { runNode } from "../support/run-node.ts";
import { newId } from "../support/samples.ts";
import { latchkey } from "./support/run.ts";

/** What a command makes of answers that a service seldom gives. */

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return `http://127.0.0.1:${port}`;
}

const signedIn = (LATCHKEY_API: string) => ({ LATCHKEY_API, LATCHKEY_TOKEN: "x" });

/** A command at a service that answers so. */
const asked = async (answer: RequestListener) =>
  latchkey(["clients", "delete", newId()], { environment: signedIn(await serving(answer)) });

test.each([
  ["of an answer", 200, "application/json"],
  ["of a refusal", 404, "application/problem+json"],
])("only the beginning %s is none: the same again may do", async (_name, status, type) => {
  const { code, said } = await asked((_, answer) => {
    answer.writeHead(status, { "content-type": type, "content-length": "1000" });
    answer.write('{"items":[', () => answer.destroy());
  });
  expect([code, said]).toEqual([6, expect.stringMatching(/^\S+ broke off its answer\.$/)]);
});

test("what is refused with a time to come back at is refused for now", async () => {
  const busy = (headers: Record<string, string>) =>
    asked((_, answer) => {
      answer.writeHead(409, { "content-type": "application/problem+json", ...headers });
      answer.end(JSON.stringify({ type: "/problems/client-busy", title: "Busy", status: 409 }));
    });
  expect(await busy({ "retry-after": "60" })).toMatchObject({ code: 6 });
  expect(await busy({})).toMatchObject({ code: 5 });
});

test("a server of a sink's that never answers is given up on, and the process ends", async () => {
  const api = await serving((_, answer) => {
    answer.writeHead(200, { "content-type": "application/json" }).end('{"secrets":[]}');
  });
  const VAULT_ADDR = await serving(() => undefined);
  const run = runNode(
    "cli/source/main.ts",
    ["rotate", newId(), "--every", "30d", "--to", "vault:kv/nightly#secret"],
    { ...signedIn(api), VAULT_ADDR, VAULT_TOKEN: "x" },
  );
  expect(await run).toMatchObject({ code: 6, stderr: expect.stringMatching(/does not answer/) });
});

test("an entry that comes late, behind one that was told, is told as well", async () => {
  let looks = 0;
  const api = await serving((_, answer) => {
    looks += 1;
    const items = looks === 1 ? [{ id: "newer" }] : [{ id: "newer" }, { id: "late" }];
    answer.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ items }));
  });
  const { out } = await latchkey(["events", "follow", newId(), "--count", "2", "--every", "1"], {
    environment: signedIn(api),
  });
  expect(out.split("\n").map((line) => JSON.parse(line).id)).toEqual(["newer", "late"]);
});
