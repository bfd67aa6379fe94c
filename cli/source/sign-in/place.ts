import * as z from "zod";
import { reach } from "../../../infra/tools/reach.ts";
import { EXIT, Fault } from "../fault.ts";
import { type Environment, safeAddress } from "../settings.ts";

/** The authority's own discovery document, as far as it is read here. */
const Metadata = z.looseObject({
  issuer: z.url(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  /** Azure AD B2C has none: it signs nobody in by device code. */
  device_authorization_endpoint: z.url().optional(),
});

/** Where people sign in for one service, and for what. */
export const Place = z.object({
  clientId: z.string().min(1),
  authority: z.url(),
  scopes: z.array(z.string().min(1)).min(1),
  metadata: Metadata,
});
export type Place = z.infer<typeof Place>;

/** What the service's own portal signs people in with. */
const PortalConfig = z.object({
  customers: Place.extend({ metadata: Metadata.optional() }),
});
type Told = z.infer<typeof PortalConfig>["customers"];

/** What an option or a variable may say instead. */
export interface Named {
  readonly authority?: string | undefined;
  readonly clientId?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
}

const TIMEOUT_MS = 20_000;

/**
 * By option, by variable, and for what is missing as the service's portal does it.
 *
 * @param service its address, without `/api`
 * @throws Fault when nobody says it, or something would travel in the clear
 */
export async function findPlace(
  service: URL,
  environment: Environment,
  option: Named,
): Promise<Place> {
  const scopes = option.scopes ?? environment.LATCHKEY_SIGN_IN_SCOPE?.split(/\s+/);
  const named = {
    authority: option.authority ?? environment.LATCHKEY_SIGN_IN_AUTHORITY,
    clientId: option.clientId ?? environment.LATCHKEY_SIGN_IN_CLIENT_ID,
    scopes: scopes && [...scopes],
  };
  const { authority, clientId, scopes: wanted } = named;
  const told = authority && clientId && wanted ? undefined : await askService(service);
  const place = {
    authority: safeAddress("The authority", authority ?? told?.authority).href,
    clientId: clientId ?? told?.clientId ?? "",
    scopes: wanted ?? told?.scopes ?? [],
  };
  // The service's own word on its authority is no word on another one.
  const known = authority === undefined ? told?.metadata : undefined;
  const metadata = known ?? (await discover(place.authority));
  for (const name of ["authorization_endpoint", "token_endpoint"] as const)
    safeAddress(`The authority's ${name}`, metadata[name]);
  return { ...place, metadata };
}

async function askService(service: URL): Promise<Told> {
  const parsed = PortalConfig.safeParse(
    await readJson(`${service.href.replace(/\/$/, "")}/portal-config.json`),
  );
  if (parsed.success) return parsed.data.customers;
  throw new Fault(
    EXIT.usage,
    `${service.host} does not say where people sign in: ask its operator for --authority, --client-id and --scope.`,
  );
}

async function discover(authority: string): Promise<Place["metadata"]> {
  const url = `${authority.replace(/\/$/, "")}/v2.0/.well-known/openid-configuration`;
  const parsed = Metadata.safeParse(await readJson(url));
  if (parsed.success) return parsed.data;
  throw new Fault(EXIT.usage, `${authority} is no authority: it has no discovery document.`);
}

/** @returns undefined where there is no such document */
async function readJson(url: string): Promise<unknown> {
  let response: Response;
  try {
    response = await reach(url, TIMEOUT_MS, { redirect: "error" });
  } catch (cause) {
    throw new Fault(EXIT.notNow, cause instanceof Error ? cause.message : String(cause), { cause });
  }
  const { status } = response;
  if (status === 429 || status >= 500)
    throw new Fault(EXIT.notNow, `${new URL(url).host} answered ${status}.`);
  if (status !== 200) return undefined;
  return response.json().catch(() => undefined);
}
