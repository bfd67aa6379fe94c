#!/usr/bin/env node
import { text } from "node:stream/consumers";
import { runProgram } from "./program.ts";

/** The program `latchkey`: the only file that knows the process. */

process.exitCode = await runProgram(process.argv.slice(2), {
  environment: process.env,
  isSeen: process.stdout.isTTY === true,
  isTyped: process.stdin.isTTY === true,
  out: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
  readInput: () => text(process.stdin),
});
