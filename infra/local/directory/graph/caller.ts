import { jwtVerify } from "jose";
import * as z from "zod";
import { type Directory, GRAPH_AUDIENCE, graphIssuer } from "../directory.ts";
import { forbidden, unauthenticated } from "./graph-error.ts";

/** Who calls Graph: an application with the permissions in its token, or an administrator who may do everything. */
export type Caller =
  | {
      readonly kind: "application";
      readonly objectId: string;
      readonly appId: string;
      readonly roles: ReadonlySet<string>;
    }
  | { readonly kind: "administrator"; readonly objectId: string };

const claimsSchema = z.object({
  /** Missing when the application has no service principal. */
  oid: z.string().default(""),
  appid: z.string().optional(),
  roles: z.array(z.string()).optional(),
  wids: z.array(z.string()).optional(),
  exp: z.number(),
  /** Names the token itself. */
  uti: z.string().default(""),
});

/** The Global Administrator role template, the same in every tenant. */
export const GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10";

const MAX_REMEMBERED = 10_000;

/** Checks bearer tokens, remembering those that were found good: a service presents the same one for an hour. */
export function openAuthenticator(directory: Directory) {
  const remembered = new Map<string, { caller: Caller; id: string; expiresMs: number }>();
  /** Revocation is asked of each request: a token that was found good once may no longer be. */
  const unlessRevoked = (caller: Caller, id: string): Caller => {
    if (caller.kind === "application") directory.faults.refuseToken(id);
    return caller;
  };

  return async function authenticate(authorization: string | undefined): Promise<Caller> {
    const token = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
    if (!token) throw unauthenticated("Access token is empty.");
    const known = remembered.get(token);
    if (known && known.expiresMs > Date.now()) return unlessRevoked(known.caller, known.id);
    const claims = await verify(directory, token);
    const caller = callerOf(claims);
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(token, { caller, id: claims.uti, expiresMs: claims.exp * 1_000 });
    return unlessRevoked(caller, claims.uti);
  };
}

async function verify(directory: Directory, token: string): Promise<z.infer<typeof claimsSchema>> {
  try {
    const { payload } = await jwtVerify(token, directory.keys.tenant.publicKey, {
      issuer: graphIssuer(directory),
      audience: GRAPH_AUDIENCE,
      algorithms: ["RS256"],
    });
    return claimsSchema.parse(payload);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    throw unauthenticated(
      code === "ERR_JWT_EXPIRED"
        ? "Lifetime validation failed, the token is expired."
        : code === "ERR_JWT_CLAIM_VALIDATION_FAILED"
          ? "Access token validation failure. Invalid audience."
          : "CompactToken validation failed.",
    );
  }
}

function callerOf(claims: z.infer<typeof claimsSchema>): Caller {
  if (claims.wids?.includes(GLOBAL_ADMINISTRATOR)) {
    return { kind: "administrator", objectId: claims.oid };
  }
  return {
    kind: "application",
    objectId: claims.oid,
    appId: claims.appid ?? "",
    roles: new Set(claims.roles ?? []),
  };
}

export const READ_APPLICATIONS = [
  "Application.Read.All",
  "Application.ReadWrite.OwnedBy",
  "Application.ReadWrite.All",
  "Directory.Read.All",
] as const;

export const LIST_DELETED = ["Application.Read.All", "Application.ReadWrite.All"] as const;
export const GRANT = ["AppRoleAssignment.ReadWrite.All", "Application.ReadWrite.All"] as const;

/**
 * To name an owner an application must be allowed to read who that is, besides writing the registration.
 * Source: the Graph reference, "Add owner".
 * @throws 403
 */
export function demandOwners(caller: Caller): void {
  demand(caller, ["Directory.Read.All", "Directory.ReadWrite.All"]);
}

/** @throws 403 unless the caller holds one of the permissions. */
export function demand(caller: Caller, permissions: readonly string[]): void {
  if (caller.kind === "administrator") return;
  if (!permissions.some((permission) => caller.roles.has(permission))) throw forbidden();
}

/**
 * Writing needs `Application.ReadWrite.All`, or `Application.ReadWrite.OwnedBy` on what one owns.
 * @throws 403
 */
export function demandOwnership(
  caller: Caller,
  owned: { readonly owners: readonly string[] },
): void {
  if (caller.kind === "administrator" || caller.roles.has("Application.ReadWrite.All")) return;
  demand(caller, ["Application.ReadWrite.OwnedBy"]);
  if (!owned.owners.includes(caller.objectId)) throw forbidden();
}
