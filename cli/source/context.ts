import { type Api, openApi } from "./api/api.ts";
import { EXIT, Fault } from "./fault.ts";
import { type Environment, readEnvironment, serviceAt } from "./settings.ts";
import { signIn, signInAsClient } from "./sign-in/sign-in.ts";
import type { Terminal } from "./terminal.ts";

/** Options that every command has. */
export interface Common {
  readonly json?: boolean | undefined;
  readonly api?: string | undefined;
  readonly quiet?: boolean | undefined;
}

/** What a command works with. */
export interface Context {
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly json: boolean;
  /** The service's address, without `/api`. */
  readonly service: URL;
  readonly api: Api;
  /** The same service, asked by a client for itself. */
  readonly ownApi: Api;
  /** The result: as JSON, or as the lines that people read. */
  show(result: unknown, lines: () => string): void;
  /** What goes on meanwhile, on standard error. */
  say(line: string): void;
}

export function openContext(terminal: Terminal, common: Common): Context {
  const environment = readEnvironment(terminal.environment);
  const json = common.json ?? false;
  const say = common.quiet ? () => undefined : terminal.say;
  const address = common.api ?? environment.LATCHKEY_API;
  let api: Api | undefined;
  let ownApi: Api | undefined;
  const service = () => serviceAt(address);
  return {
    terminal,
    environment,
    json,
    get service() {
      return service();
    },
    // A client that buys a token for itself talks to no service.
    get api() {
      api ??= openApi(service(), () => signIn(service(), environment), { say });
      return api;
    },
    get ownApi() {
      ownApi ??= openApi(service(), () => signInAsClient(environment), { say });
      return ownApi;
    },
    show: (result, lines) => terminal.out(json ? JSON.stringify(result) : lines()),
    say,
  };
}

/** @throws Fault `usage` */
export function misused(sentence: string): never {
  throw new Fault(EXIT.usage, sentence);
}
