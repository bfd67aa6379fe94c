import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import * as z from "zod";
import { startCloud } from "../infra/local/cloud.ts";

/**
 * `npm run types -w @latchkey/cli`: writes `source/api/schema.ts` from the OpenAPI document that the service itself serves. A test
 * holds the two together.
 */

const FILE = join(import.meta.dirname, "source/api/schema.ts");

/** What the command calls. */
const CALLED = /^\/api\/(clients|watch|about|self|federated-presets)(\/|$)/;

const Operation = z.looseObject({ responses: z.record(z.string(), z.unknown()) });
const Components = z.record(z.string(), z.record(z.string(), z.unknown()));
const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.union([Operation, z.unknown()]))),
  components: Components,
});

/** Every `$ref` in it, whatever it is. */
function* references(value: unknown): Iterable<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (name === "$ref" && typeof member === "string") yield member;
    else yield* references(member);
  }
}

/** The components that are asked for, and those that they ask for. */
function needed(root: unknown, components: z.infer<typeof Components>) {
  const kept: Record<string, Record<string, unknown>> = {};
  const open = [...references(root)];
  for (let reference = open.pop(); reference !== undefined; reference = open.pop()) {
    const [, , kind = "", name = ""] = reference.split("/");
    if (kept[kind]?.[name] !== undefined) continue;
    const component = components[kind]?.[name];
    kept[kind] = { ...kept[kind], [name]: component };
    open.push(...references(component));
  }
  return kept;
}

/** Of each operation what it answers when all is well: a problem is read by what all problems have (RFC 9457). */
const whenAllIsWell = (operation: unknown): unknown => {
  const parsed = Operation.safeParse(operation);
  if (!parsed.success) return operation;
  const good = Object.entries(parsed.data.responses).filter(([status]) => status.startsWith("2"));
  return { ...parsed.data, responses: Object.fromEntries(good) };
};

/** @param text of `GET /api/openapi.json` */
export async function typesOf(text: string): Promise<string> {
  const { paths: all, components, ...about } = Document.parse(JSON.parse(text));
  const paths = Object.fromEntries(
    Object.entries(all)
      .filter(([path]) => CALLED.test(path))
      .map(([path, operations]) => [
        path,
        Object.fromEntries(
          Object.entries(operations).map(([method, one]) => [method, whenAllIsWell(one)]),
        ),
      ]),
  );
  const types = await openapiTS(
    JSON.stringify({ ...about, paths, components: needed(paths, components) }),
    // A member with a default may be left out of what is sent.
    { defaultNonNullable: false },
  );
  return `/** Made by \`npm run types -w @latchkey/cli\` from the OpenAPI document. */\n${astToString(types)}`;
}

if (import.meta.main) {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-types-"));
  const cloud = await startCloud({ folder, inMemory: true });
  try {
    const answer = await fetch(`${cloud.addresses.api}/openapi.json`);
    await writeFile(FILE, await typesOf(await answer.text()));
  } finally {
    await cloud.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
