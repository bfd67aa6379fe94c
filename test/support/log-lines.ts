import * as z from "zod";
import type { Cloud } from "../../infra/local/cloud.ts";
import { problemOf } from "./api.ts";
import { eventually } from "./eventually.ts";
import type { SeenAnswer } from "./openapi-check.ts";

const Line = z.looseObject({
  invocation: z.string(),
  route: z.string(),
  outcome: z.string(),
  directoryCalls: z.number(),
  tableOperations: z.number(),
  messages: z.number(),
});
export type LogLine = z.infer<typeof Line>;

/** The one line an invocation has logged, of every invocation so far. */
export function logLines({ hosts }: Pick<Cloud, "hosts">): ReadonlyMap<string, LogLine> {
  const lines = hosts
    .flatMap((host) => host.logs())
    .flatMap((line) => {
      const at = line.indexOf(' {"invocation":');
      return at < 0 ? [] : [Line.parse(JSON.parse(line.slice(at)))];
    });
  return new Map(lines.map((line) => [line.invocation, line]));
}

/** What the service itself says a refused request cost, once its line has been read. */
export async function costOf(cloud: Pick<Cloud, "hosts">, answers: readonly SeenAnswer[]) {
  const ids = answers.map((answer) => problemOf(answer).instance.replace("urn:uuid:", ""));
  const lines = await eventually(
    () => logLines(cloud),
    (known) => ids.every((id) => known.has(id)),
  );
  return ids.map((id) => {
    const { route, outcome, directoryCalls, tableOperations } = Line.parse(lines.get(id));
    return { route, outcome, directoryCalls, tableOperations };
  });
}
