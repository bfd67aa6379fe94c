import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failure } from "./failure.ts";

/** The languages in which docs/events.md shows a consumer, each with its program as a command to run. */
export interface Language {
  readonly name: string;
  readonly source: string;
  /** @returns why it cannot be run on this machine; undefined when it can */
  missing(): string | undefined;
  /** Builds what has to be built. @returns the command */
  prepare(): readonly [string, ...string[]];
}

const at = (path: string) => join(import.meta.dirname, path);

/** Python with the packages of `requirements.txt`, e.g. of a virtual environment. */
const python = process.env["PYTHON"] || "python3";

export const languages: readonly Language[] = [
  {
    name: "JavaScript",
    source: at("javascript/consumer.mjs"),
    missing: () => undefined,
    prepare: () => [process.execPath, at("javascript/consumer.mjs")],
  },
  {
    name: "Python",
    source: at("python/consumer.py"),
    missing: () => failure(python, ["-c", "import azure.servicebus"]),
    prepare: () => [python, at("python/consumer.py")],
  },
  {
    name: "Go",
    source: at("go/consumer.go"),
    missing: () => failure("go", ["version"]),
    prepare: () => {
      const program = join(mkdtempSync(join(tmpdir(), "consumer-")), "consumer");
      execFileSync("go", ["build", "-o", program, "."], { cwd: at("go"), stdio: "inherit" });
      return [program];
    },
  },
  {
    name: "Java",
    source: at("java/Consumer.java"),
    missing: () => failure("java", ["-version"]) ?? failure("mvn", ["-version"]),
    prepare: () => {
      const classPath = join(mkdtempSync(join(tmpdir(), "consumer-")), "class-path");
      const goal = ["-q", "dependency:build-classpath", `-Dmdep.outputFile=${classPath}`];
      execFileSync("mvn", goal, { cwd: at("java"), stdio: "inherit" });
      return ["java", "-cp", readFileSync(classPath, "utf8"), at("java/Consumer.java")];
    },
  },
];
