import { setTimeout as pause } from "node:timers/promises";
import { reach as reachOnce } from "../../infra/tools/reach.ts";
import { EXIT, Fault } from "./fault.ts";

/** Until an answer is there. The service itself takes up to a minute where it waits for a secret to work. */
const ANSWER_MS = 90_000;
/** Whoever has to stay away for longer is better told so. */
const LONGEST_WAIT_SECONDS = 30;
const MOST_TRIES = 4;

export interface Reach {
  /** Told before each pause. */
  say(line: string): void;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/**
 * `fetch` with a deadline. Asked to come back in a moment (429, 503, or a 409 that says when), it does, some times; the answer is
 * then that of the last try. Redirects are not followed: what is sent is for this address.
 *
 * @param request that may be sent twice: it reads, or carries an `Idempotency-Key`, or does nothing the second time
 * @throws Fault `notNow` when there is no answer, or not all of it
 */
export async function reach(
  request: Request,
  { say, pause: wait = pause }: Reach,
): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const answer = await once(request.clone());
    const seconds = comeBackIn(answer);
    if (seconds === undefined || tries === MOST_TRIES) return answer;
    await answer.body?.cancel();
    say(`${new URL(request.url).host} asks to wait ${seconds} s.`);
    await wait(seconds * 1_000);
  }
}

async function once(request: Request): Promise<Response> {
  const { method, headers, url } = request;
  const body = method === "GET" || method === "HEAD" ? null : await request.text();
  let answer: Response;
  try {
    answer = await reachOnce(url, ANSWER_MS, {
      method,
      headers,
      redirect: "error",
      ...(body && { body }),
    });
  } catch (cause) {
    throw new Fault(EXIT.notNow, cause instanceof Error ? cause.message : String(cause), { cause });
  }
  try {
    // To its end, here: one that is cut short is no answer.
    await answer.clone().arrayBuffer();
    return answer;
  } catch (cause) {
    throw new Fault(EXIT.notNow, `${new URL(url).origin} broke off its answer.`, { cause });
  }
}

/** Seconds, of an answer that says that the same request will do later. */
function comeBackIn({ status, headers }: Response): number | undefined {
  if (![409, 429, 503].includes(status)) return undefined;
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return seconds >= 0 && seconds <= LONGEST_WAIT_SECONDS ? Math.max(seconds, 1) : undefined;
}
