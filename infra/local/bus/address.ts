import { unauthorized } from "./sas-token.ts";

const MANAGEMENT = "/$management";

/** `sb://host:port/a/b/`, `/a/b` and `a/b` all name `a/b`. */
export function entityPath(address: string): string {
  return address.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/^\/+|\/+$/g, "");
}

/** `consent/$management` → `consent`; undefined for any other node. */
export function managedPath(path: string): string | undefined {
  return path.toLowerCase().endsWith(MANAGEMENT) ? path.slice(0, -MANAGEMENT.length) : undefined;
}

/** What one connection has been let into: each claim covers its path and everything below. */
export class Claims {
  readonly #expiresAt = new Map<string, number>();

  add(audience: string, expiresAt: number): void {
    this.#expiresAt.set(entityPath(audience).toLowerCase(), expiresAt);
  }

  /** @throws BusError `amqp:unauthorized-access` */
  demand(path: string, now: number): void {
    const wanted = path.toLowerCase();
    for (const [granted, expiresAt] of this.#expiresAt) {
      if (expiresAt > now && covers(granted, wanted)) return;
    }
    throw unauthorized(
      `Unauthorized access. 'Listen' or 'Send' claims are required for '${path}'.`,
    );
  }
}

/** The empty path is the namespace. */
export function covers(granted: string, wanted: string): boolean {
  return granted === "" || wanted === granted || wanted.startsWith(`${granted}/`);
}
