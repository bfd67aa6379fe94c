import type { FaultMachine } from "./fault-machine.ts";
import type { Identity } from "./identity.ts";
import type { SigningKey } from "./signing-key.ts";
import type { State } from "./state.ts";

/** What every route works on: one tenant, its objects, its two issuers and its current faults. */
export interface Directory {
  readonly identity: Identity;
  readonly state: State;
  readonly faults: FaultMachine;
  readonly keys: Keys;
  readonly flavour: "b2c" | "entra";
  /** `https://localhost:<port>`: what issuers are named after, whichever listener was asked. */
  readonly secureOrigin: () => string;
  /** The local cloud's own certificate authority, as PEM: foreign issuers of the local cloud are trusted by it. */
  readonly authority: string;
}

export interface Keys {
  /** Signs what the tenant issues: Graph tokens, operators, and everybody in the External ID flavour. */
  readonly tenant: SigningKey;
  /** Signs what a B2C policy issues: customers and their clients. */
  readonly policy: SigningKey;
}

export const tenantIssuer = (directory: Directory): string =>
  `${directory.secureOrigin()}/${directory.identity.tenantId}/v2.0`;

/** B2C's own form; it differs from the tenant's by its closing slash, as it does in Azure. */
export const policyIssuer = (directory: Directory): string => `${tenantIssuer(directory)}/`;

export const GRAPH_AUDIENCE = "https://graph.microsoft.com";

/** Graph's own tokens are of version 1 and name this issuer in every tenant. */
export const graphIssuer = (directory: Directory): string =>
  `https://sts.windows.net/${directory.identity.tenantId}/`;

export const now = (): Date => new Date();
