import { tokenVerifier } from "../shared/adapters/identity/token-verifier.ts";
import type { Runtime } from "../shared/base/runtime.ts";
import type { LookUpDeps } from "../shared/clients/look-up-client.ts";
import type { ClientRecords } from "../shared/clients/ports.ts";
import { selfClient } from "../shared/clients/self-client.ts";
import type { Settings } from "../shared/settings/settings.ts";
import { requestRate } from "./edge/request-rate.ts";

/** Requests of one subscription's registered clients for themselves in a minute on each host: a program does that now and then. */
const REGISTRATION_PER_MINUTE = 60;

interface Parts {
  readonly lookingUp: LookUpDeps & { readonly records: Pick<ClientRecords, "client"> };
  readonly runtime: Runtime;
  /** The longest answer a caller waits for, in milliseconds. */
  readonly requestMs: number;
}

/** Who may call, and how often. */
export function composeEdge(settings: Settings, { lookingUp, runtime, requestMs }: Parts) {
  const { requestsPerMinute } = settings.limits;
  const customerToken = tokenVerifier(settings.customers);
  const operatorToken = tokenVerifier(settings.operators);
  const clientToken = settings.clients && tokenVerifier(settings.clients);
  return {
    customerToken,
    operatorToken,
    self: {
      clientToken,
      selfClient: (appId: string) => selfClient(lookingUp, appId),
      rate: requestRate(requestsPerMinute, runtime),
    },
    subscriptionClaim: settings.subscriptionClaim,
    email: settings.customerEmail,
    operatorRole: settings.operatorRole,
    rules: settings.tokenRules,
    corsOrigins: settings.corsOrigins,
    requestMs,
    rate: requestRate(requestsPerMinute, runtime),
    registration: {
      records: lookingUp.records,
      rate: requestRate(REGISTRATION_PER_MINUTE, runtime),
    },
  };
}
