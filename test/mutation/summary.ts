import { percent, type Report, type Score, scores, survivors } from "./report.ts";

const row = (name: string, score: Omit<Score, "folder">) =>
  `| ${name} | ${score.killed} | ${score.survived} | ${score.unreached} | ${percent(score).toFixed(1)} % |`;

/** A table of scores by folder, and below it every change that nobody noticed. */
export function summary(report: Report): { readonly table: string; readonly survivors: string } {
  const all = scores(report);
  const sum = (name: "killed" | "survived" | "unreached") =>
    all.reduce((total, score) => total + score[name], 0);
  const table = [
    "| folder | killed | survived | reached by no test | score |",
    "|---|---|---|---|---|",
    ...all.map((score) => row(score.folder, score)),
    row("all", {
      killed: sum("killed"),
      survived: sum("survived"),
      unreached: sum("unreached"),
    }),
  ].join("\n");
  const left = survivors(report).map(
    ({ file, line, reached, mutator, was, became }) =>
      `${file}:${line} ${mutator}${reached ? "" : " (reached by no test)"}: ${was} → ${became}`,
  );
  return { table, survivors: left.map((line) => `${line}\n`).join("") };
}
