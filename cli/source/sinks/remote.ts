import { EXIT, type ExitCode, Fault } from "../fault.ts";

/** As every sink's: a secret is written within a minute of being made, or not at all. */
const TIMEOUT_MS = 20_000;

const EXITS: Readonly<Record<number, ExitCode>> = {
  400: EXIT.refused,
  401: EXIT.denied,
  403: EXIT.denied,
  404: EXIT.notFound,
  409: EXIT.refused,
  422: EXIT.refused,
};

/** A package that only this sink needs: whoever uses the sink installs it. @throws Fault that says how */
export async function load<T>(name: string, imported: () => Promise<T>): Promise<T> {
  try {
    return await imported();
  } catch (cause) {
    throw new Fault(EXIT.usage, `This sink needs a package that is not here: npm install ${name}`, {
      cause,
    });
  }
}

/** The same of what may not be there: undefined then. */
export const askUnlessMissing = <T>(
  address: string,
  asked: () => Promise<T>,
  statusOf: (error: unknown) => number | undefined,
): Promise<T | undefined> =>
  ask(
    address,
    async () => {
      try {
        return await asked();
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    statusOf,
  );

/**
 * Asks a server with its own SDK, in time.
 *
 * @param statusOf what the SDK throws, as HTTP knows it; undefined where there was no answer
 * @throws Fault whose message has nothing of what was sent: `notNow` where nobody knows whether it was done
 */
export async function ask<T>(
  address: string,
  asked: () => Promise<T>,
  statusOf: (error: unknown) => number | undefined,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error("late")), TIMEOUT_MS);
  });
  try {
    return await Promise.race([asked(), late]);
  } catch (error) {
    const status = statusOf(error);
    const exit = (status !== undefined && EXITS[status]) || EXIT.notNow;
    // An SDK's error has the request in it, and with it the secret: it is no cause of this one.
    throw new Fault(exit, `${address} ${status ? `answers ${status}` : "does not answer"}.`);
  } finally {
    clearTimeout(timer);
  }
}
