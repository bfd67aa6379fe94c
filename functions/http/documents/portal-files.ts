import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { Encoding } from "../../edge/encoding.ts";

const Files = z.record(
  z.string(),
  z.object({
    type: z.string(),
    file: z.string(),
    etag: z.string(),
    kind: z.enum(["hashed", "shared", "page"]),
  }),
);

export interface StaticFile {
  readonly type: string;
  readonly etag: string;
  /** How long browsers keep it: for ever under a name with a hash, for minutes under a fixed one, a page not unasked. */
  readonly kind: "hashed" | "shared" | "page";
  readonly bytes: Readonly<Record<Encoding, Uint8Array>>;
}

const EXTENSIONS: Readonly<Record<Encoding, string>> = { br: ".br", gzip: ".gz", identity: "" };

/** All of the portal as the build left it: some 600 KB, read once, so that every later answer comes from memory. */
export async function readPortalFiles(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const files = Files.parse(JSON.parse(await readFile(join(folder, "files.json"), "utf8")));
  const read = (file: string, encoding: Encoding) =>
    readFile(join(folder, `${file}${EXTENSIONS[encoding]}`));
  const entries = Object.entries(files).map(async ([path, { file, ...rest }]) => {
    const [br, gzip, identity] = await Promise.all([
      read(file, "br"),
      read(file, "gzip"),
      read(file, "identity"),
    ]);
    return [path, { ...rest, bytes: { br, gzip, identity } }] as const;
  });
  return new Map(await Promise.all(entries));
}
