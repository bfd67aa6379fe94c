import { execFile } from "node:child_process";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build, noDotnet, nswag, prepareProgram, program } from "../dotnet/dotnet.ts";
import { failure } from "../failure.ts";

/** Where a generated client meets the service. */
interface Service {
  /** File of the OpenAPI document. */
  readonly document: string;
  readonly server: string;
  readonly token: string;
}

/** A language with its generator: makes a client of the document, compiles it, and runs a program on it. */
export interface Toolchain {
  readonly name: string;
  /** @returns why it cannot be run on this machine; undefined when it can */
  missing(): string | undefined;
  /** @throws with what the tools said */
  tell(service: Service): Promise<void>;
}

/** Python with the packages of `requirements.txt`, e.g. of a virtual environment. */
const python = process.env["PYTHON"] || "python3";

/** The sources of a program, in a folder where clients can be made beside it. */
function workplace(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `latchkey-${name}-`));
  cpSync(join(import.meta.dirname, name), folder, { recursive: true });
  return folder;
}

const execute = promisify(execFile);

/**
 * Runs commands in a folder; the program finds the service in its environment. Nothing may block meanwhile: this process is what
 * the program talks to.
 */
const inside =
  (cwd: string, { server, token }: Pick<Service, "server" | "token">) =>
  async (command: string, ...args: readonly string[]): Promise<void> => {
    const env = { ...process.env, SERVER: server, TOKEN: token };
    await execute(command, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 }).catch((cause) => {
      // Maven tells on its standard output what went wrong.
      throw new Error(`${cause.message}\n${cause.stdout}`, { cause });
    });
  };

/** Without the first a member that is left out is sent as 0, and a grace of 0 hours removes a secret at once. */
const NSWAG = ["/generateOptionalPropertiesAsNullable:true", "/wrapResponses:true"];

const npmInstall = ["install", "--no-audit", "--no-fund", "--ignore-scripts"] as const;

export const toolchains: readonly Toolchain[] = [
  {
    name: "JavaScript",
    missing: () => undefined,
    tell: async (service) => {
      const run = inside(workplace("typescript"), service);
      await run("npm", ...npmInstall);
      await run("npx", "openapi-typescript", service.document, "-o", "schema.ts");
      await run(
        "npx",
        "openapi-ts",
        "-i",
        service.document,
        "-o",
        "hey-api",
        "-c",
        "@hey-api/client-fetch",
      );
      await run("npx", "tsc");
      await run(process.execPath, "story.mts");
    },
  },
  {
    name: "Python",
    missing: () => failure(python, ["-c", "import openapi_python_client, mypy"]),
    tell: async (service) => {
      const run = inside(workplace("python"), service);
      const source = ["--path", service.document, "--output-path", "latchkey", "--meta", "none"];
      await run(python, "-m", "openapi_python_client", "generate", ...source);
      await run(python, "-m", "mypy", "--strict", "story.py", "latchkey");
      await run(python, "story.py");
    },
  },
  {
    name: "Go",
    missing: () => failure("go", ["version"]),
    tell: async (service) => {
      const run = inside(workplace("go"), service);
      const made = ["-generate", "types,client", "-package", "main", "-o", "client.go"];
      await run("go", "tool", "oapi-codegen", ...made, service.document);
      await run("go", "build", "-o", "story", ".");
      await run("./story");
    },
  },
  {
    name: "C#",
    missing: noDotnet,
    tell: async (service) => {
      const folder = workplace("csharp");
      const run = inside(folder, service);
      await run("npm", ...npmInstall);
      const client = ["/namespace:Latchkey", "/className:LatchkeyClient", "/output:Client.cs"];
      const source = `/input:${service.document}`;
      await run(...nswag, "openapi2csclient", source, ...client, ...NSWAG);
      prepareProgram(folder);
      await run(...build);
      await run(...program);
    },
  },
];

const GENERATOR = "org.openapitools:openapi-generator-cli:7.25.0";

/** openapi-generator, which makes clients in most languages; Maven fetches it. `more` are the generator's own settings. */
async function generate(
  run: ReturnType<typeof inside>,
  { document }: Service,
  generator: "go" | "java" | "python",
  output: string,
  more: string,
): Promise<void> {
  const fetched = [`-Dartifact=${GENERATOR}`, "-DoutputDirectory=.", "-Dmdep.stripVersion"];
  await run("mvn", "-q", "dependency:copy", ...fetched);
  const made = ["generate", "-g", generator, "-i", document, "-o", output];
  const jar = ["-jar", "openapi-generator-cli.jar"];
  await run("java", ...jar, ...made, `--additional-properties=${more}`);
}

const maven = () => failure("java", ["-version"]) ?? failure("mvn", ["-version"]);

/** Of the problems of one status the one that it is: without this the clients for Go and Python know each by its members alone. */
const BY_TYPE = "useOneOfDiscriminatorLookup=true";

/** The same by one generator for all languages. */
export const generated: readonly Toolchain[] = [
  {
    name: "Java",
    missing: maven,
    tell: async (service) => {
      const run = inside(workplace("generator-java"), service);
      const packages =
        "invokerPackage=latchkey,apiPackage=latchkey.api,modelPackage=latchkey.model";
      const more = `library=native,${packages}`;
      await generate(run, service, "java", "client", more);
      await run("cp", "Story.java", "client/src/main/java");
      const story = [
        "compile",
        "org.codehaus.mojo:exec-maven-plugin:3.6.4:java",
        "-Dexec.mainClass=Story",
        "-Dmaven.test.skip",
      ];
      await run("mvn", "-q", "-f", "client/pom.xml", ...story);
    },
  },
  {
    name: "Python",
    missing: () => maven() ?? failure(python, ["-c", "import pydantic, dateutil, urllib3"]),
    tell: async (service) => {
      const run = inside(workplace("generator-python"), service);
      const more = `packageName=latchkey,${BY_TYPE}`;
      await generate(run, service, "python", ".", more);
      await run(python, "-m", "compileall", "-q", "latchkey");
      await run(python, "story.py");
    },
  },
  {
    name: "Go",
    missing: () => maven() ?? failure("go", ["version"]),
    tell: async (service) => {
      const run = inside(workplace("generator-go"), service);
      const more = `packageName=latchkey,withGoMod=false,${BY_TYPE}`;
      await generate(run, service, "go", "latchkey", more);
      await run("go", "build", "-o", "story", ".");
      await run("./story");
    },
  },
];

/** @throws with what redocly's `recommended-strict`, Spectral's rules for OpenAPI and OWASP's for APIs find */
export async function lint(service: Service): Promise<void> {
  const run = inside(workplace("lint"), service);
  await run("npm", ...npmInstall);
  await run(process.execPath, "lint.mjs", service.document);
}
