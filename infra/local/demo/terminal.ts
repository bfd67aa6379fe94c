import { styleText } from "node:util";

/** How the story looks on a terminal. Colours follow what the terminal can do and `NO_COLOR`. */

export interface Terminal {
  heading(sentence: string): void;
  title(number: number, sentence: string): void;
  prose(sentence: string): void;
  request(lines: readonly string[]): void;
  answer(lines: readonly string[]): void;
  passed(claim: string): void;
  failed(claim: string): void;
}

const INDENT = "     ";
const WIDTH = 88;

/** Breaks at blanks; a word that is longer than a line keeps its line. */
function wrap(sentence: string): string[] {
  const lines = [""];
  for (const word of sentence.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

export function openTerminal(write: (text: string) => void): Terminal {
  const print = (line = "") => write(`${line}\n`);
  const arrow = (sign: string, lines: readonly string[], style: "dim" | "cyan") => {
    print();
    lines.forEach((line, index) => {
      const text = index === 0 ? styleText([style, "bold"], line) : styleText("dim", line);
      print(`   ${index === 0 ? styleText(style, sign) : " "} ${text}`);
    });
  };
  return {
    heading: (sentence) => {
      print();
      print(styleText("bold", sentence));
    },
    title: (number, sentence) => {
      print();
      print(styleText(["bold", "yellow"], `${String(number).padStart(2)}  ${sentence}`));
    },
    prose: (sentence) => {
      for (const line of wrap(sentence)) print(`    ${line}`);
    },
    request: (lines) => arrow("→", lines, "cyan"),
    answer: (lines) => arrow("←", lines, "cyan"),
    passed: (claim) => print(`${INDENT}${styleText("green", "✓")} ${claim}`),
    failed: (claim) => print(`${INDENT}${styleText("red", "✗")} ${styleText("red", claim)}`),
  };
}
