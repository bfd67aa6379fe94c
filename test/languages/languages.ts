import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { failure } from "./failure.ts";

/** The languages in which docs/events.md shows a consumer, each with its program as a command to run. */
export interface Language {
  readonly name: "JavaScript" | "Python" | "Go" | "Java";
  readonly source: string;
  /** @returns why it cannot be run on this machine; undefined when it can */
  missing(): string | undefined;
  /** Builds what has to be built. @returns the command */
  prepare(): Command;
  /** The same for the program that shows a behaviour of the SDK (behaviours.ts), whose name is to be added. */
  showsBehaviours?(): Command;
}

export type Command = readonly [string, ...string[]];

const at = (path: string) => join(import.meta.dirname, path);

/** Python with the packages of `requirements.txt`, e.g. of a virtual environment. */
export const python = process.env["PYTHON"] || "python3";

export function buildGo(source: string): string {
  const program = join(mkdtempSync(join(tmpdir(), "latchkey-go-")), "program");
  execFileSync("go", ["build", "-o", program, source], { cwd: at("go"), stdio: "inherit" });
  return program;
}

function javaClassPath(): string {
  const file = join(mkdtempSync(join(tmpdir(), "latchkey-java-")), "class-path");
  const goal = ["-q", "dependency:build-classpath", `-Dmdep.outputFile=${file}`];
  execFileSync("mvn", goal, { cwd: at("java"), stdio: "inherit" });
  return readFileSync(file, "utf8");
}

function buildJava(folder: string): { readonly classPath: string } {
  const output = mkdtempSync(join(tmpdir(), "latchkey-java-"));
  const sources = readdirSync(folder).map((name) => join(folder, name));
  const packages = javaClassPath();
  execFileSync("javac", ["-cp", packages, "-d", output, ...sources], { stdio: "inherit" });
  return { classPath: [output, packages].join(delimiter) };
}

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
    showsBehaviours: () => [python, at("python/behaviours/main.py")],
  },
  {
    name: "Go",
    source: at("go/consumer.go"),
    missing: () => failure("go", ["version"]),
    prepare: () => [buildGo(".")],
    showsBehaviours: () => [buildGo("./behaviours")],
  },
  {
    name: "Java",
    source: at("java/Consumer.java"),
    missing: () => failure("java", ["-version"]) ?? failure("mvn", ["-version"]),
    prepare: () => ["java", "-cp", javaClassPath(), at("java/Consumer.java")],
    showsBehaviours: () => {
      const { classPath } = buildJava(at("java/behaviours"));
      return ["java", "-cp", classPath, "Behaviours"];
    },
  },
];
