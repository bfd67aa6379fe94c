import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { samples } from "../../portal/elements/clients/samples.ts";
import { run } from "../browser/run-snippet.ts";
import { openApi } from "../support/api.ts";
import { startTestCloud } from "../support/cloud.ts";
import { grantAs } from "../support/grant-as.ts";
import { makeClient, makeSecret } from "../support/make.ts";
import { build, prepareProgram, program } from "./dotnet/dotnet.ts";

/**
 * The portal's samples, run as a person pastes them: each prints what the API answers. (PowerShell is held by the unit tests
 * alone.) `LANGUAGES` chooses, as for the consumers.
 */
const RUN = [
  { name: "curl", language: "Shell", file: "call.sh", command: "sh" },
  { name: "Node.js", language: "JavaScript", file: "call.mjs", command: process.execPath },
  {
    name: "Python",
    language: "Python",
    file: "call.py",
    command: process.env["PYTHON"] ?? "python3",
  },
  { name: "Java", language: "Java", file: "Call.java", command: "java" },
] as const;
const isWanted = (language: string) => wanted?.includes(language) ?? true;
const wanted = process.env["LANGUAGES"]?.split(",");

describe("the samples of the portal", () => {
  let code: ReadonlyMap<string, string>;
  beforeAll(async () => {
    const cloud = await startTestCloud();
    const { call } = await (await openApi(cloud)).customer();
    const client = await makeClient(call);
    await grantAs(cloud, client.id);
    const { secretText } = await makeSecret(call, client.id);
    const { tokenEndpoint, resourceScope, demoApi } = cloud.addresses;
    const made = samples({
      appId: client.appId,
      tokenEndpoint,
      scope: resourceScope,
      secret: secretText,
      api: `${demoApi}/tasks`,
    });
    code = new Map(made.map(({ name, code }) => [name, code]));
  });

  test.runIf(isWanted("C#"))("C#", async () => {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-sample-"));
    try {
      await writeFile(join(folder, "Program.cs"), code.get("C#") ?? "");
      prepareProgram(folder, "Program.cs");
      const inside = ([command, ...args]: typeof build) => run(command, args, { cwd: folder });
      await inside(build);
      const { stdout } = await inside(program);
      expect(JSON.parse(stdout)).toEqual({ items: [] });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test.each(RUN.filter(({ language }) => isWanted(language)))(
    "$name",
    async ({ name, file, command }) => {
      const folder = await mkdtemp(join(tmpdir(), "latchkey-sample-"));
      try {
        await writeFile(join(folder, file), code.get(name) ?? "");
        const { stdout } = await run(command, [join(folder, file)]);
        expect(JSON.parse(stdout)).toEqual({ items: [] });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
});
