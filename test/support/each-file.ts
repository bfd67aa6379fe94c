import { afterAll, beforeEach, onTestFailed } from "vitest";
import { endFile, forgetLines, linesFromNow } from "./after-file.ts";

/** Runs before every test file (`setupFiles`), whatever the worker has loaded already. */

beforeEach(() => {
  const written = linesFromNow();
  onTestFailed(() => {
    const text = written();
    if (text !== "") console.log(text);
  });
});

afterAll(async () => {
  await endFile();
  forgetLines();
});
