import { promises } from "node:fs";
import { chmod, lstat, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandSink } from "../../cli/source/sinks/command.ts";
import { envSink, fileSink } from "../../cli/source/sinks/file.ts";

/** What each sink does to the place that it writes to. */

const VALUE = "abc8Q~a-value_with.all~that-Entra-makes";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-sinks-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = (name: string) => join(folder, name);

describe("a file", () => {
  test("holds the value alone, for its owner alone, whatever it was before", async () => {
    const path = file("plain");
    const sink = fileSink(path);
    expect(await sink.look()).toEqual({ kind: "nothing" });
    await writeFile(path, "old\n", { mode: 0o666 });
    expect(await sink.look()).toEqual({ kind: "value", value: "old" });
    await sink.write(VALUE);
    expect(await sink.look()).toEqual({ kind: "value", value: VALUE });
    expect([await readFile(path, "utf8"), (await stat(path)).mode & 0o777]).toEqual([VALUE, 0o600]);
  });

  test("behind a link is replaced, and the link stays", async () => {
    await writeFile(file("target"), "old");
    await symlink(file("target"), file("link"));
    await fileSink(file("link")).write(VALUE);
    expect((await lstat(file("link"))).isSymbolicLink()).toBe(true);
    expect(await readFile(file("target"), "utf8")).toBe(VALUE);
  });

  test("whoever reads while it is written finds the old value or the new one", async () => {
    const sink = fileSink(file("busy"));
    await sink.write("0");
    let writing = true;
    const seen = new Set<string>();
    const reader = (async () => {
      while (writing) seen.add(await readFile(file("busy"), "utf8"));
    })();
    const values = Array.from({ length: 30 }, (_, at) => `${at}`.repeat(2_000));
    for (const value of values) await sink.write(value);
    writing = false;
    await reader;
    expect([...seen].filter((text) => text !== "0" && !values.includes(text))).toEqual([]);
  });

  test("in a folder that is not there is refused, and says why", async () => {
    await expect(fileSink(file("none/file")).write(VALUE)).rejects.toThrow("ENOENT");
  });

  test("in a folder that is not synced, as none is on Windows, is written all the same", async () => {
    const { open } = promises;
    const path = file("unsynced");
    try {
      promises.open = async (name, flags, mode) => {
        if (name !== folder) return open(name, flags, mode);
        throw Object.assign(new Error("operation not permitted, fsync"), { code: "EPERM" });
      };
      syncBuiltinESMExports();
      await fileSink(path).write(VALUE);
    } finally {
      promises.open = open;
      syncBuiltinESMExports();
    }
    expect(await readFile(path, "utf8")).toBe(VALUE);
  });

  test("what a run that died has left beside it is replaced, whoever could read it", async () => {
    const draft = file(".mended.latchkey-draft");
    await writeFile(draft, "half a");
    await chmod(draft, 0o666);
    await fileSink(file("mended")).write(VALUE);
    await expect(stat(draft)).rejects.toThrow("ENOENT");
    expect((await stat(file("mended"))).mode & 0o777).toBe(0o600);
  });
});

describe("a .env file", () => {
  test.each([
    ["that is not there", undefined, `NAME='${VALUE}'\n`],
    ["without the entry", "A=1", `A=1\nNAME='${VALUE}'\n`],
    ["with it", "A=1\nNAME=old # why\nB=2\n", `A=1\nNAME='${VALUE}'\nB=2\n`],
    ["that a shell reads", "export NAME='old'\n", `export NAME='${VALUE}'\n`],
    ["with a longer name", "NAME_2=x\nMY_NAME=y\n", `NAME_2=x\nMY_NAME=y\nNAME='${VALUE}'\n`],
  ])("%s", async (name, before, after) => {
    const path = file(`${name.replaceAll(" ", "-")}.env`);
    if (before !== undefined) await writeFile(path, before);
    const sink = envSink(path, "NAME");
    await sink.write(VALUE);
    expect(await readFile(path, "utf8")).toBe(after);
    expect(parseEnv(after)["NAME"]).toBe(VALUE);
    expect(await sink.look()).toEqual({ kind: "value", value: VALUE });
  });

  test("whose other entries would change is left as it is", async () => {
    const text = 'A="1\nNAME=inside\n"\n';
    await writeFile(file("multi.env"), text);
    await expect(envSink(file("multi.env"), "NAME").write(VALUE)).rejects.toMatchObject({
      exit: 5,
    });
    expect(await readFile(file("multi.env"), "utf8")).toBe(text);
  });

  test("does not take a value that ends it", async () => {
    await expect(envSink(file("q.env"), "NAME").write("it's")).rejects.toMatchObject({ exit: 5 });
  });
});

describe("a command", () => {
  const quiet = () => undefined;

  test("gets the value on its standard input, and another shows it", async () => {
    const path = file("by-command");
    const sink = commandSink(`cat > ${path}`, `cat ${path}`, quiet);
    expect(await sink.look()).toEqual({ kind: "nothing", isUnsure: true });
    expect(await commandSink("", "true", quiet).look()).toEqual({
      kind: "nothing",
      isUnsure: false,
    });
    await sink.write(VALUE);
    expect(await sink.look()).toEqual({ kind: "value", value: VALUE });
  });

  test("that fails may have taken it: nobody knows", async () => {
    const failing = commandSink("cat > /dev/null; exit 3", "true", quiet);
    await expect(failing.write(VALUE)).rejects.toMatchObject({ exit: 6 });
  });

  test("that does not read, or repeats what it read, does no harm", async () => {
    const said: string[] = [];
    const sink = commandSink("cat; cat >&2; echo done", "true", (line) => said.push(line));
    await sink.write(VALUE);
    expect(said.join("\n")).toContain("done");
    expect(said.join("\n")).not.toContain(VALUE);
    await commandSink("true", "true", quiet).write(VALUE.repeat(10_000));
  });
});
