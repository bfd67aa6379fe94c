import { performance } from "node:perf_hooks";
import * as z from "zod";
import type { Addresses } from "../addresses.ts";
import { shortenTokens, showForm, showJson } from "./redact.ts";
import type { Terminal } from "./terminal.ts";

/** Something was not as told. */
export class NotAsTold extends Error {
  override name = "NotAsTold";
}

export interface Call {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly url: string;
  /** Whose token is sent, as the reader knows them. */
  readonly as?: { readonly who: string; readonly token: string };
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a long answer, the members that belong to the story. */
  readonly pick?: readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined when there is no body. */
  readonly body: unknown;
}

/** Where a step acts: it makes real calls, which are shown, and says what must be true of the answers. */
export interface Stage {
  readonly addresses: Addresses;
  /** One titled part of the story; `work` gets what earlier steps have returned from whoever calls this. */
  step<T>(title: string, explanation: string, work: () => Promise<T>): Promise<T>;
  /** Makes a call and shows request and answer. */
  call(call: Call): Promise<Answer>;
  /** Makes a call that would only distract. */
  quietly(call: Call): Promise<Answer>;
  /** @throws NotAsTold when it is not so */
  check(claim: string, holds: boolean): void;
  show(sentence: string, document: unknown): void;
}

/** Headers of an answer that belong to the story. */
const SHOWN = ["location", "etag", "retry-after", "www-authenticate"];
const TIMEOUT_MS = 30_000;

const Members = z.record(z.string(), z.unknown());

function showBody(body: unknown, pick: readonly string[] | undefined): string[] {
  if (body === undefined) return [];
  const whole = pick && Members.safeParse(body);
  if (!whole?.success) return showJson(body);
  return showJson(Object.fromEntries(pick?.map((name) => [name, whole.data[name]]) ?? []));
}

export function openStage(addresses: Addresses, terminal: Terminal): Stage {
  let steps = 0;
  const call = async (wanted: Call, shown: boolean): Promise<Answer> => {
    const { method = "GET", url, as, json, form, headers = {} } = wanted;
    const body = form ? new URLSearchParams(form) : json ? JSON.stringify(json) : null;
    if (shown) {
      terminal.request([
        `${method} ${url}`,
        ...(as ? [`Authorization: Bearer ${shortenTokens(as.token)}  (${as.who})`] : []),
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        ...(form ? showForm(new URLSearchParams(form)) : []),
        ...(json ? showJson(json) : []),
      ]);
    }
    const startedAt = performance.now();
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        ...headers,
        ...(json ? { "content-type": "application/json" } : {}),
        ...(as && { authorization: `Bearer ${as.token}` }),
      },
      body,
    });
    const text = await response.text();
    const answer = {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : (JSON.parse(text) as unknown),
    };
    if (shown) {
      const took = Math.round(performance.now() - startedAt);
      terminal.answer([
        `${response.status} ${response.statusText}  (${took} ms)`,
        ...SHOWN.flatMap((name) => {
          const value = response.headers.get(name);
          return value === null ? [] : [`${name}: ${value}`];
        }),
        ...showBody(answer.body, wanted.pick),
      ]);
    }
    return answer;
  };

  return {
    addresses,
    step: async (title, explanation, work) => {
      steps += 1;
      terminal.title(steps, title);
      terminal.prose(explanation);
      return work();
    },
    call: (wanted) => call(wanted, true),
    quietly: (wanted) => call(wanted, false),
    check: (claim, holds) => {
      if (holds) {
        terminal.passed(claim);
        return;
      }
      terminal.failed(claim);
      throw new NotAsTold(claim);
    },
    show: (sentence, document) => terminal.answer([sentence, ...showJson(document)]),
  };
}
