#!/usr/bin/env node
import { createInterface } from "node:readline";
import { typeCode } from "./pages.ts";

/** A person with another device: reads what a command says, and signs in as who is named with the code that is in it. */
const [, , login = ""] = process.argv;
for await (const line of createInterface({ input: process.stdin })) {
  process.stderr.write(`${line}\n`);
  if (line.includes("enter the code")) await typeCode(line, { login });
}
