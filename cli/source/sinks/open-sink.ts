import { EXIT, Fault } from "../fault.ts";
import type { Environment } from "../settings.ts";
import { commandSink } from "./command.ts";
import { envSink, fileSink } from "./file.ts";
import type { Sink } from "./sink.ts";

export interface SinkOptions {
  readonly to: string;
  /** Of a command: the one that prints what is there. */
  readonly readBack?: string | undefined;
  readonly environment: Environment;
  say(line: string): void;
}

export const SINKS = `  file:<path>                      a file that holds the value and nothing else
  env:<path>#<NAME>                one entry of a .env file
  command:<command>                the standard input of a command; --read-back prints what is there
  vault:<mount>/<path>#<field>     HashiCorp Vault, key/value version 2 (VAULT_ADDR, VAULT_TOKEN)
  kubernetes:<namespace>/<name>#<key>  a secret of the cluster that kubectl would use
  keyvault:<vault>/<secret>        all of a secret in Azure Key Vault
  aws:<name or ARN>                all of a secret in AWS Secrets Manager
  github:<owner>/<repository>[/<environment>]#<NAME>  a secret of GitHub Actions (GH_TOKEN)`;

/** @throws Fault when there is no such sink, or it is not named whole */
export async function openSink({ to, readBack, environment, say }: SinkOptions): Promise<Sink> {
  const [, kind = "", rest = ""] = /^([a-z-]+):(.+)$/s.exec(to) ?? [];
  const [place = "", part = ""] = splitPart(rest);
  const missing = (what: string): never => {
    throw new Fault(EXIT.usage, `--to ${to}: ${what} is missing.`);
  };
  switch (kind) {
    case "file":
      return fileSink(rest);
    case "env":
      return envSink(place, part || missing("#<NAME>"));
    case "command":
      return commandSink(
        rest,
        readBack ?? missing("--read-back, which prints what is there,"),
        say,
      );
    case "vault":
      return (await import("./vault.ts")).vaultSink(
        place,
        part || missing("#<field>"),
        environment,
      );
    case "kubernetes":
      return (await import("./kubernetes.ts")).kubernetesSink(place, part || missing("#<key>"));
    case "keyvault":
      return (await import("./keyvault.ts")).keyVaultSink(rest);
    case "aws":
      return (await import("./aws.ts")).awsSink(rest, environment);
    case "github":
      return (await import("./github.ts")).githubSink(
        place,
        part || missing("#<NAME>"),
        environment,
      );
    default:
      throw new Fault(EXIT.usage, `--to must be one of\n${SINKS}`);
  }
}

/** What stands before and behind the last `#`. */
function splitPart(text: string): [string, string] {
  const at = text.lastIndexOf("#");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
