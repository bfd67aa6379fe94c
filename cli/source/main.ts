#!/usr/bin/env node
import { text } from "node:stream/consumers";
import { runProgram } from "./program.ts";

/** The program `latchkey`: the only file that knows the process. */

// Whoever reads has gone (`| head -1`). What is killed at any step goes on from there with the next run, so this may end here too.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await runProgram(process.argv.slice(2), {
  environment: process.env,
  isSeen: process.stdout.isTTY === true,
  isTyped: process.stdin.isTTY === true,
  out: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
  readInput: () => text(process.stdin),
});
// What was given up on may still be waited for by whoever asks there, and would keep this process. So it ends once all is written.
process.stdout.write("", () => process.stderr.write("", () => process.exit()));
