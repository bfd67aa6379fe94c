import { describe } from "vitest";
import { holdConsumer } from "../../languages/hold-consumer.ts";
import { languages } from "../../languages/languages.ts";

/** The other languages are held to the same by `npm run test:languages`, where they are installed. */
describe.each(languages.filter(({ name }) => name === "JavaScript"))(
  "the consumer of docs/events.md in $name",
  (language) => holdConsumer(language, false),
);
