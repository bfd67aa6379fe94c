import * as z from "zod";
import type { Cloud, CloudOptions } from "../../../infra/local/cloud.ts";
import type { HostHandle } from "../../../infra/local/host/spawn.ts";
import { type Api, type Call, openApi } from "../../support/api.ts";
import { startTestCloud } from "../../support/cloud.ts";
import { eventually } from "../../support/eventually.ts";
import { openApiCheck } from "../../support/openapi-check.ts";
import { atHost } from "../../support/two-hosts.ts";
import { insistOnClient } from "./insist-on.ts";

const Line = z.looseObject({
  route: z.string(),
  outcome: z.string(),
  durationMs: z.number(),
  operationId: z.string().optional(),
});
type Line = z.infer<typeof Line>;

/** The one line that an invocation logs, if this is one. */
function readLine(text: string): readonly Line[] {
  const at = text.indexOf(' {"invocation":');
  return at < 0 ? [] : [Line.parse(JSON.parse(text.slice(at)))];
}

/** How the host's log tells what a function without a caller has thrown. */
const FAILED = /^\S+Z error (operations|consent-clock|consent-sweep|reconcile) \S+ (?!Executed )/;

/** The first run of a function since the watch began, for this operation where one is named. */
type Watch = (
  route: string,
  operationId: string | undefined,
  withinMs: number,
) => Promise<{ readonly outcome: string; readonly durationMs: number }>;

/** A cloud of the matrix, with what has to be known before anything is away. */
export interface Lane {
  readonly cloud: Cloud;
  readonly host: HostHandle;
  readonly api: Api;
  readonly olga: Call;
  readonly operatorToken: string;
  readonly check: ReturnType<typeof openApiCheck>;
  /** Begins to look out for runs of functions. */
  watch(): Watch;
  /** How every run of a function so far has ended, oldest first. */
  runs(route: string): readonly string[];
  /** What functions that nobody is answered by have thrown, first lines. */
  failures(): readonly string[];
}

export async function openLane(options: Partial<CloudOptions>): Promise<Lane> {
  const lines: string[] = [];
  const onHostLine = (line: string) => void lines.push(line);
  const started = await startTestCloud({ ...options, hosts: 0, onHostLine });
  // Where Entra issues clients' tokens: a policy of Azure AD B2C takes secrets only.
  const { tokenEndpoint } = started.directory.resourceCredential;
  const host = await started.startHost({ environment: { TOKEN_ENDPOINT: tokenEndpoint } });
  const cloud = atHost(started, host);
  const api = await openApi(cloud);
  const operatorToken = await cloud.directory.issueUserToken("olga");
  const olga = api.callWith(operatorToken);
  // The keys of both issuers are known, and connections are open, before anything is away, as in any service that has been running.
  await olga("GET", "/admin/consents");
  await insistOnClient((await api.customer()).call, "A client");

  const watch = (): Watch => {
    let from = lines.length;
    const seen: Line[] = [];
    return async (route, operationId, withinMs) => {
      const fits = (line: Line) =>
        line.route === route && (operationId === undefined || line.operationId === operationId);
      const found = await eventually(
        () => {
          for (; from < lines.length; from += 1) seen.push(...readLine(lines[from] ?? ""));
          return seen.find(fits);
        },
        (line) => line !== undefined,
        withinMs,
      );
      if (!found) throw new Error(`${route} has not run`);
      return found;
    };
  };
  const runs = (route: string) =>
    lines.flatMap(readLine).flatMap((line) => (line.route === route ? [line.outcome] : []));
  const failures = () =>
    lines.filter((line) => FAILED.test(line)).map((line) => line.replace(FAILED, "$1: "));
  return {
    ...{ cloud, host, api, olga, operatorToken, watch, runs, failures },
    check: openApiCheck(api.document),
  };
}
