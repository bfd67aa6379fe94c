import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import * as z from "zod";
import { runCommand } from "../../command.ts";
import { localCloud } from "../local-cloud.ts";
import { describeToken } from "./claims.ts";
import { explainRefusal } from "./explain.ts";
import { requestToken } from "./request.ts";

/**
 * `npm run token`: asks for a token as a customer's program would and says what came of it. The token goes to standard output
 * with `--raw` only; explanations go there without it.
 */

const USAGE = `npm run token -- --client-id <id> [--endpoint <url>] [--scope <scope>] [--raw] [--local]

  --endpoint   token endpoint (or TOKEN_ENDPOINT)
  --scope      <Application ID URI>/.default (or RESOURCE_SCOPE)
  --client-id  the client (or CLIENT_ID)
  --raw        print the token itself, and nothing else (npm's own lines stay away with: npm run --silent token -- …)
  --local      endpoint and scope of the local cloud of npm start

The secret comes from the variable CLIENT_SECRET or from standard input. It is never an argument: other people on the
machine could read it there.`;

const Question = z.object({
  endpoint: z.url({ error: "--endpoint (or TOKEN_ENDPOINT) must be a URL" }),
  clientId: z.string({ error: "--client-id (or CLIENT_ID) is missing" }).min(1),
  scope: z.string({ error: "--scope (or RESOURCE_SCOPE) is missing" }).min(1),
});

async function readSecret(): Promise<string> {
  const given = process.env["CLIENT_SECRET"];
  if (given) return given;
  if (process.stdin.isTTY) console.error("Secret, then Ctrl-D:");
  return (await text(process.stdin)).trim();
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      endpoint: { type: "string" },
      "client-id": { type: "string" },
      scope: { type: "string" },
      raw: { type: "boolean", default: false },
      local: { type: "boolean", default: false },
    },
  });
  const env = values.local ? { ...process.env, ...(await localCloud()) } : process.env;
  const parsed = Question.safeParse({
    endpoint: values.endpoint ?? env["TOKEN_ENDPOINT"],
    clientId: values["client-id"] ?? env["CLIENT_ID"],
    scope: values.scope ?? env["RESOURCE_SCOPE"],
  });
  if (!parsed.success) throw new Error(`${parsed.error.issues[0]?.message}\n\n${USAGE}`);
  const secret = await readSecret();
  if (!secret) throw new Error(`No secret was given.\n\n${USAGE}`);
  const answer = await requestToken({ ...parsed.data, secret });
  if (!answer.ok) {
    console.error(`${answer.status} ${answer.code}: ${answer.description}`);
    console.error(explainRefusal(answer));
    process.exitCode = 1;
    return;
  }
  console.log(
    values.raw ? answer.accessToken : describeToken(answer.accessToken, new Date()).join("\n"),
  );
}

await runCommand({ usage: USAGE, failed: 2, run });
