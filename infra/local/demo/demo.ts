import * as z from "zod";
import { runCommand } from "../../command.ts";
import { findCloud } from "./find-cloud.ts";
import { openStage } from "./stage.ts";
import { tellStory } from "./story.ts";
import { openTerminal } from "./terminal.ts";

/**
 * `npm run demo`: the product's whole job in front of your eyes, on the cloud of `npm start` or on one of its own. Ends with 1
 * as soon as something is not as told. `FLAVOUR=entra` tells it on a cloud of its own whose tokens are those of Entra ID
 * instead of Azure AD B2C.
 */

const USAGE = `npm run demo

  The whole story with its real requests and answers, on the cloud of npm start or on one of its own. FLAVOUR=entra tells it
  with tokens of Entra ID instead of Azure AD B2C. Exit code 1 as soon as something is not as told.`;

async function run(): Promise<void> {
  const terminal = openTerminal((text) => process.stdout.write(text));
  const flavour = z.enum(["b2c", "entra"]).optional().parse(process.env["FLAVOUR"]);
  try {
    const cloud = await findCloud(flavour, (sentence) => terminal.prose(sentence));
    try {
      terminal.heading("Latchkey: how a customer cuts a key");
      await tellStory(openStage(cloud.addresses, terminal));
      terminal.heading("All of it was as told.");
    } finally {
      await cloud.release();
    }
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    terminal.heading(`The story ends here: ${sentence}`);
    process.exitCode = 1;
  }
}

await runCommand({ usage: USAGE, run });
