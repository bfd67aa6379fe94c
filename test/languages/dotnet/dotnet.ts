import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { failure } from "../failure.ts";

/**
 * A .NET: the SDK on the path, or without one the folder named by `DOTNET_BY_HAND`, which `assemble.sh` fills. The latter knows
 * C# 9, with neither the usings that SDKs imply nor what is newer than .NET Core 3.1.
 */
const byHand = process.env["DOTNET_BY_HAND"];
const dotnet = byHand ? join(byHand, "dotnet") : "dotnet";

type Command = readonly [string, ...string[]];

/** @returns why it cannot be run on this machine; undefined when it can */
export const noDotnet = (): string | undefined =>
  failure(dotnet, [byHand ? "--list-runtimes" : "--version"]);

/** NSwag, which `npm install` has brought to the folder that it is run in. */
export const nswag: Command = byHand
  ? [dotnet, join(byHand, "nswag/dotnet-nswag.dll")]
  : [dotnet, "--roll-forward", "Major", "node_modules/nswag/bin/binaries/Net70/dotnet-nswag.dll"];

/** Makes a program of the sources in the folder that it is run in; a warning fails. */
export const build: Command = byHand
  ? [join(byHand, "build")]
  : [dotnet, "build", "--nologo", "--output", "out", "-warnaserror"];

export const program: Command = [dotnet, "out/Program.dll"];

const IMPLIED = [
  "System",
  "System.Collections.Generic",
  "System.IO",
  "System.Linq",
  "System.Net.Http",
  "System.Threading",
  "System.Threading.Tasks",
];

/** Readies a folder with sources for `build`; those named are written as for an SDK, which implies usings. */
export function prepareProgram(folder: string, ...implying: readonly string[]): void {
  cpSync(join(import.meta.dirname, "Program.csproj"), join(folder, "Program.csproj"));
  if (!byHand) return;
  const usings = IMPLIED.map((name) => `using ${name};\n`).join("");
  for (const name of implying) {
    const file = join(folder, name);
    writeFileSync(file, usings + readFileSync(file, "utf8"));
  }
}
