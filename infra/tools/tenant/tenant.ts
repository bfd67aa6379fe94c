import * as z from "zod";
import type { Graph } from "./graph.ts";
import { Organization } from "./objects.ts";

/** Which tenant this is, and where people and clients sign in to it. */
export interface Tenant {
  readonly id: string;
  /** `contoso.onmicrosoft.com` */
  readonly domain: string;
  readonly kind: "b2c" | "external" | "workforce";
  /** Where callers of this service sign in. */
  readonly customers: SignIn;
  readonly operators: SignIn;
}

export interface SignIn {
  readonly metadataUrl: string;
  readonly issuer: string;
  readonly tokenEndpoint: string;
  /** False: the document could not be read, and the values are what Microsoft's documents say they will be. */
  readonly confirmed: boolean;
}

export interface TenantOptions {
  readonly authority: string;
  /** `https://contoso.b2clogin.com`, when it is not the usual one. */
  readonly loginHost: string | undefined;
  /** The B2C user flow or custom policy that issues tokens. */
  readonly policy: string;
}

const KINDS: Readonly<Record<string, Tenant["kind"]>> = { "AAD B2C": "b2c", CIAM: "external" };
const Discovery = z.object({ issuer: z.string(), token_endpoint: z.string() });
const FETCH_TIMEOUT_MS = 10_000;

export async function readTenant(graph: Graph, options: TenantOptions): Promise<Tenant> {
  const [found] = await graph.list("/organization?$select=id,tenantType,verifiedDomains");
  const organization = Organization.parse(found);
  const domain = organization.verifiedDomains.find(({ isInitial }) => isInitial)?.name ?? "";
  const kind = KINDS[organization.tenantType ?? ""] ?? "workforce";
  const name = domain.split(".")[0] ?? "";
  const { id } = organization;
  const tenantSide = `${options.authority}/${id}`;
  const usual = { b2c: `${name}.b2clogin.com`, external: `${name}.ciamlogin.com` };
  const loginHost =
    options.loginHost ?? (kind === "workforce" ? options.authority : `https://${usual[kind]}`);
  const customerSide =
    kind === "b2c" ? `${loginHost}/${domain}/${options.policy}` : `${loginHost}/${id}`;
  const customerIssuer = {
    b2c: `${loginHost}/${id}/v2.0/`,
    external: `https://${id}.ciamlogin.com/${id}/v2.0`,
    workforce: `${tenantSide}/v2.0`,
  };
  return {
    id,
    domain,
    kind,
    customers: await signIn(customerSide, customerIssuer[kind]),
    operators: await signIn(tenantSide, `${tenantSide}/v2.0`),
  };
}

async function signIn(base: string, issuer: string): Promise<SignIn> {
  const metadataUrl = `${base}/v2.0/.well-known/openid-configuration`;
  try {
    const response = await fetch(metadataUrl, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    const document = Discovery.parse(await response.json());
    return {
      metadataUrl,
      issuer: document.issuer,
      tokenEndpoint: document.token_endpoint,
      confirmed: true,
    };
  } catch {
    // A policy that is still to be made has no document yet.
    return { metadataUrl, issuer, tokenEndpoint: `${base}/oauth2/v2.0/token`, confirmed: false };
  }
}
