import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Shelf } from "../store.ts";

/**
 * Who this tenant is: every id that its settings name. Drawn once, at the first start, and kept through a reset, because
 * a service that runs with these settings must still find them after the data was forgotten.
 */
const registration = z.object({ id: z.guid(), appId: z.guid(), servicePrincipalId: z.guid() });

const identitySchema = z.object({
  tenantId: z.guid(),
  /** As in `<name>.onmicrosoft.com`. */
  tenantName: z.string(),
  graphServicePrincipalId: z.guid(),
  backend: registration,
  backendKeyId: z.guid(),
  resource: registration,
  readRoleId: z.guid(),
  writeRoleId: z.guid(),
  portal: registration,
  portalScopeIds: z.object({ read: z.guid(), write: z.guid() }),
  operator: registration,
  operatorRoleId: z.guid(),
  /** Of identities that were drawn before there was such a role; kept from then on. */
  lookupRoleId: z.guid().default(() => randomUUID()),
  resourceKeyId: z.guid().default(() => randomUUID()),
  keys: registration.default(() => drawRegistration()),
  rotateRoleId: z.guid().default(() => randomUUID()),
  users: z.object({ ann: z.guid(), bob: z.guid(), olga: z.guid() }),
});
export type Identity = z.infer<typeof identitySchema>;
export type Registration = z.infer<typeof registration>;

const KEPT_AS = "identity";

export function keptIdentity(shelf: Shelf<unknown>): Identity {
  const found = identitySchema.safeParse(shelf.get(KEPT_AS));
  const identity = found.success ? found.data : drawIdentity();
  keepIdentity(shelf, identity);
  return identity;
}

export function keepIdentity(shelf: Shelf<unknown>, identity: Identity): void {
  shelf.put(KEPT_AS, identity);
}

const drawRegistration = () => ({
  id: randomUUID(),
  appId: randomUUID(),
  servicePrincipalId: randomUUID(),
});

function drawIdentity(): Identity {
  const register = drawRegistration;
  return {
    tenantId: randomUUID(),
    tenantName: "latchkeylocal",
    graphServicePrincipalId: randomUUID(),
    backend: register(),
    backendKeyId: randomUUID(),
    resource: register(),
    readRoleId: randomUUID(),
    writeRoleId: randomUUID(),
    portal: register(),
    portalScopeIds: { read: randomUUID(), write: randomUUID() },
    operator: register(),
    operatorRoleId: randomUUID(),
    lookupRoleId: randomUUID(),
    resourceKeyId: randomUUID(),
    keys: register(),
    rotateRoleId: randomUUID(),
    users: { ann: randomUUID(), bob: randomUUID(), olga: randomUUID() },
  };
}

/** The tenant may be addressed by its id or by its initial domain. */
export const isTenant = (identity: Identity, segment: string): boolean =>
  segment === identity.tenantId ||
  segment.toLowerCase() === `${identity.tenantName}.onmicrosoft.com`;
