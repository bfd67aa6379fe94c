import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { latchkey } from "./support/run.ts";

/** What Tab offers. */

const complete = async (...words: string[]) =>
  (await latchkey(["complete", "--", ...words])).out.split("\n");

test("commands, those below them, and options, as far as they have been typed", async () => {
  expect(await complete("")).toEqual(expect.arrayContaining(["clients", "secrets", "rotate"]));
  expect(await complete("")).not.toContain("complete");
  expect(await complete("federated", "")).toEqual(expect.arrayContaining(["presets", "try"]));
  expect(await complete("clients", "re")).toEqual(["rename", "resume", "restore"]);
  expect(await complete("secrets", "add", "a-client", "--l")).toEqual(["--lifetime-days"]);
  expect(await complete("clients", "list", "--j")).toEqual(["--json"]);
  expect(await complete("sign-")).toEqual(["sign-in", "sign-out"]);
  expect(await complete("sign-in", "--d")).toEqual(["--device"]);
});

test("in bash, by the script that is printed", async () => {
  const { out: script } = await latchkey(["completion", "bash"]);
  const asked = `${script}
latchkey() { [ "$1 $2 $3 $4" = "complete -- clients s" ] && printf 'show\\nsuspend\\n'; }
COMP_WORDS=(latchkey clients s); COMP_CWORD=2; _latchkey; printf '%s ' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)("bash", ["-c", asked]);
  expect(stdout).toBe("show suspend ");
});

test.each(["zsh", "fish"])("in %s there is a script", async (shell) => {
  const { code, out } = await latchkey(["completion", shell]);
  expect([code, out]).toEqual([0, expect.stringContaining("latchkey complete -- ")]);
});

test("no other shell is known", async () => {
  expect((await latchkey(["completion", "csh"])).code).toBe(2);
});

test("a reader that has gone ends it without a word", async () => {
  const main = join(import.meta.dirname, "../../cli/source/main.ts");
  const asked = `"$0" "$1" --help | true; exit "\${PIPESTATUS[0]}"`;
  const { stderr } = await promisify(execFile)("bash", ["-c", asked, process.execPath, main]);
  expect(stderr).toBe("");
});
