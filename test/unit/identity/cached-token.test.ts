import { setImmediate as turn } from "node:timers/promises";
import type { AccessToken, GetTokenOptions } from "@azure/identity";
import { describe, expect, test, vi } from "vitest";
import { cachedToken } from "../../../shared/adapters/identity/cached-token.ts";
import { withDeadline } from "../../../shared/base/deadline.ts";

const MINUTE_MS = 60_000;

/** A credential that a test answers for, and a clock. */
function open() {
  let now = 1_000_000;
  let made = 0;
  let forgotten = 0;
  const asked: GetTokenOptions[] = [];
  let answer: () => Promise<AccessToken> = async () => newToken();
  const newToken = (livesMs = 60 * MINUTE_MS): AccessToken => {
    made += 1;
    return { token: `t${made}`, expiresOnTimestamp: now + livesMs };
  };
  const credential = {
    getToken: (_scope: string | string[], options: GetTokenOptions = {}) => {
      asked.push(options);
      return answer();
    },
    forget: () => {
      forgotten += 1;
    },
  };
  return {
    tokens: cachedToken(credential, "scope", () => now),
    asked,
    newToken,
    forgotten: () => forgotten,
    pass: (ms: number) => {
      now += ms;
    },
    answer: (next: () => Promise<AccessToken>) => {
      answer = next;
    },
  };
}

const down = () => Promise.reject(new Error("503"));

describe("a token", () => {
  test("is fetched once for everybody, and kept", async () => {
    const { tokens, asked } = open();
    expect(await Promise.all([tokens.token(), tokens.token()])).toEqual(["t1", "t1"]);
    expect(await tokens.token()).toBe("t1");
    expect(asked).toHaveLength(1);
  });

  test("that is about to expire is used while the next one is fetched, and then no more", async () => {
    const { tokens, asked, pass } = open();
    await tokens.token();
    pass(56 * MINUTE_MS);
    expect(await tokens.token()).toBe("t1");
    expect(asked).toHaveLength(2);
    await turn();
    expect(await tokens.token()).toBe("t2");
  });

  test("that is good for four more minutes is used as long as it cannot be renewed", async () => {
    const { tokens, asked, pass, answer, newToken } = open();
    await tokens.token();
    pass(56 * MINUTE_MS);
    answer(down);
    for (let second = 0; second < 230; second += 1) {
      expect(await tokens.token()).toBe("t1");
      await turn();
      pass(1_000);
    }
    // Once a second: the next one is had as soon as it can be.
    expect(asked).toHaveLength(231);
    pass(10_000);
    await expect(tokens.token()).rejects.toThrow("503");

    pass(1_000);
    answer(async () => newToken());
    expect(await tokens.token()).toBe("t2");
  });

  test("that cannot be had is asked for once a second at most, each time of a credential that remembers nothing", async () => {
    const { tokens, asked, pass, answer, forgotten } = open();
    answer(down);
    for (let ask = 0; ask < 5; ask += 1) await expect(tokens.token()).rejects.toThrow("503");
    expect([asked.length, forgotten()]).toEqual([1, 1]);
    pass(1_000);
    await expect(tokens.token()).rejects.toThrow("503");
    expect([asked.length, forgotten()]).toEqual([2, 2]);
  });
});

describe("a token that was refused", () => {
  test("is replaced by one that answers the challenge, past every cache", async () => {
    const { tokens, asked, forgotten } = open();
    const refused = await tokens.token();
    expect(await tokens.renew(refused, '{"a":1}')).toBe("t2");
    expect(asked[1]).toEqual({ claims: '{"a":1}', enableCae: true });
    expect(forgotten()).toBe(1);
    expect(await tokens.token()).toBe("t2");
  });

  test("is replaced once for all who were refused with it", async () => {
    const { tokens, asked } = open();
    const refused = await tokens.token();
    const renewed = await Promise.all([tokens.renew(refused), tokens.renew(refused)]);
    expect([...renewed, await tokens.renew(refused)]).toEqual(["t2", "t2", "t2"]);
    expect(asked).toHaveLength(2);
  });
});

describe("a token endpoint that hangs", () => {
  const silence = () => new Promise<AccessToken>(() => undefined);

  test("is waited for no longer than the deadline", async () => {
    const { tokens, answer } = open();
    answer(silence);
    const startedAt = performance.now();
    await expect(withDeadline(100, () => tokens.token())).rejects.toThrow("No answer within");
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test("the deadline of whoever asked first does not end it for the others", async () => {
    const { tokens, answer, newToken } = open();
    let release: () => void = () => undefined;
    answer(async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return newToken();
    });
    const hurried = withDeadline(50, () => tokens.token());
    const patient = tokens.token();
    await expect(hurried).rejects.toThrow("No answer within");
    release();
    expect(await patient).toBe("t1");
  });

  test("is given up after five seconds, and asked anew", async () => {
    vi.useFakeTimers();
    try {
      const { tokens, answer, newToken, forgotten, pass } = open();
      answer(silence);
      const asked = tokens.token();
      const ended = expect(asked).rejects.toThrow("No answer within 5000 ms");
      await vi.advanceTimersByTimeAsync(5_000);
      await ended;
      expect(forgotten()).toBe(1);
      answer(async () => newToken());
      pass(1_000);
      expect(await tokens.token()).toBe("t1");
    } finally {
      vi.useRealTimers();
    }
  });
});
