import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from "@azure/msal-node";
import { reach } from "../../../infra/tools/reach.ts";
import { EXIT, Fault } from "../fault.ts";
import { safeAddress } from "../settings.ts";

const TIMEOUT_MS = 20_000;

/** How MSAL talks to an authority: its own client waits for ever, and follows redirects. */
export interface AuthorityWire {
  readonly network: INetworkModule;
  /** What MSAL has thrown, by what the authority had said. The person is the one to act, unless it said nothing. */
  faultOf(error: unknown): Fault;
}

export function authorityWire(): AuthorityWire {
  /** Of the last request: why it had no answer, or the status that it had. */
  let silence: Error | undefined;
  let status = 0;
  async function send<T>(
    method: "GET" | "POST",
    url: string,
    { headers, body }: NetworkRequestOptions = {},
  ): Promise<NetworkResponse<T>> {
    [silence, status] = [undefined, 0];
    const { href } = safeAddress("The authority", url);
    try {
      const response = await reach(href, TIMEOUT_MS, {
        ...{ method, redirect: "error" },
        ...(headers && { headers }),
        ...(body && { body }),
      });
      status = response.status;
      return {
        status,
        headers: Object.fromEntries(response.headers),
        body: JSON.parse(await response.text()),
      };
    } catch (error) {
      silence = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }
  return {
    network: {
      sendGetRequestAsync: (url, options) => send("GET", url, options),
      sendPostRequestAsync: (url, options) => send("POST", url, options),
    },
    faultOf: (error) => {
      if (error instanceof Fault) return error;
      if (silence instanceof Fault) return silence;
      const said = error instanceof Error ? error.message : String(error);
      if (status === 429 || status >= 500)
        return new Fault(EXIT.notNow, `The authority answered ${status}: try again in a while.`);
      if (silence) return new Fault(EXIT.notNow, silence.message, { cause: silence });
      return new Fault(EXIT.denied, said.split(/\s*(?:\r?\n|Trace ID:)/)[0] ?? said);
    },
  };
}
