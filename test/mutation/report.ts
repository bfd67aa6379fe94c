import * as z from "zod";

const Place = z.object({ line: z.int(), column: z.int() });
const Mutant = z.object({
  mutatorName: z.string(),
  replacement: z.string().default(""),
  status: z.string(),
  location: z.object({ start: Place, end: Place }),
});
/** The part of the "mutation testing report schema" that is read here. */
export const Report = z.object({
  files: z.record(z.string(), z.object({ source: z.string(), mutants: z.array(Mutant) })),
});
export type Report = z.infer<typeof Report>;
type Mutant = z.infer<typeof Mutant>;

export interface Score {
  readonly folder: string;
  /** An endless loop counts: somebody would notice. */
  readonly killed: number;
  readonly survived: number;
  /** Survived as well, because no test comes past. */
  readonly unreached: number;
}

export interface Survivor {
  readonly file: string;
  readonly line: number;
  readonly reached: boolean;
  readonly mutator: string;
  readonly was: string;
  readonly became: string;
}

/** `RuntimeError`: with the change the test file itself does not load, which fails it like any test. */
const KILLED = new Set(["Killed", "Timeout", "RuntimeError"]);

/** One line a folder, in the order of their names. What does not compile or was left out counts for nothing. */
export function scores({ files }: Report): readonly Score[] {
  const folders = new Map<string, Score>();
  for (const [file, { mutants }] of Object.entries(files).sort()) {
    const folder = file.slice(0, file.lastIndexOf("/"));
    const old = folders.get(folder) ?? { folder, killed: 0, survived: 0, unreached: 0 };
    const count = (is: (status: string) => boolean) =>
      mutants.filter(({ status }) => is(status)).length;
    folders.set(folder, {
      folder,
      killed: old.killed + count((status) => KILLED.has(status)),
      survived: old.survived + count((status) => status === "Survived"),
      unreached: old.unreached + count((status) => status === "NoCoverage"),
    });
  }
  return [...folders.values()];
}

/** Of what was mutated, how much was noticed, in percent; of nothing, all of it. */
export function percent({ killed, survived, unreached }: Omit<Score, "folder">): number {
  const all = killed + survived + unreached;
  return all === 0 ? 100 : (100 * killed) / all;
}

/** What was changed and nobody noticed, in the order of the files. */
export function survivors({ files }: Report): readonly Survivor[] {
  return Object.entries(files)
    .sort()
    .flatMap(([file, { source, mutants }]) =>
      mutants
        .filter(({ status }) => status === "Survived" || status === "NoCoverage")
        .sort(byPlace)
        .map((mutant) => ({
          file,
          line: mutant.location.start.line,
          reached: mutant.status === "Survived",
          mutator: mutant.mutatorName,
          was: oneLine(original(source, mutant)),
          became: oneLine(mutant.replacement),
        })),
    );
}

function byPlace({ location: { start: one } }: Mutant, { location: { start: other } }: Mutant) {
  return one.line - other.line || one.column - other.column;
}

const LONGEST = 120;

function oneLine(code: string): string {
  const line = code.replaceAll(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)} …` : line;
}

/** Lines and columns begin at 1; the end is the first column that was left alone. */
function original(source: string, { location: { start, end } }: Mutant): string {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  const last = lines.pop() ?? "";
  return [...lines, last.slice(0, end.column - 1)].join("\n").slice(start.column - 1);
}
