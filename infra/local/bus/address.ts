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
    if (this.covers(path, now)) return;
    throw unauthorized(
      `Unauthorized access. 'Listen' or 'Send' claims are required for '${path}'.`,
    );
  }

  covers(path: string, now: number): boolean {
    const wanted = path.toLowerCase();
    for (const [granted, expiresAt] of this.#expiresAt) {
      if (expiresAt > now && covers(granted, wanted)) return true;
    }
    return false;
  }

  /** When the next of the claims that hold now will end; epoch milliseconds. */
  nextExpiry(now: number): number | undefined {
    const ahead = [...this.#expiresAt.values()].filter((expiresAt) => expiresAt > now);
    return ahead.length > 0 ? Math.min(...ahead) : undefined;
  }
}

/** The empty path is the namespace. */
export function covers(granted: string, wanted: string): boolean {
  return granted === "" || wanted === granted || wanted.startsWith(`${granted}/`);
}
