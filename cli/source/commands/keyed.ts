import { randomUUID } from "node:crypto";

/**
 * The header under which a request may be sent again. Made anew where nobody named one, so that this program itself can ask again
 * after an answer that did not come.
 */
export const keyed = (given?: string) => ({ "Idempotency-Key": given ?? randomUUID() });
