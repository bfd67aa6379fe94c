import { describe, expect, test } from "vitest";
import { holdConsumer } from "./hold-consumer.ts";
import { languages } from "./languages.ts";

/**
 * The consumers of docs/events.md, each in its language. A language that is not on this machine is no passed test: it fails,
 * unless `LANGUAGES` names only others.
 */
const wanted = (process.env["LANGUAGES"] ?? languages.map(({ name }) => name).join()).split(",");

for (const language of languages.filter(({ name }) => wanted.includes(name))) {
  const missing = language.missing();
  if (missing === undefined) describe(language.name, () => holdConsumer(language));
  else test(language.name, () => expect.fail(missing));
}
