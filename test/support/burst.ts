import { createClient } from "../../shared/operations/clients/create-client.ts";
import { ANOTHER, type ClientWorld } from "./client-world.ts";
import type { TestProduct } from "./product.ts";

/** Limits that no burst of a test reaches. */
export const ROOM = { maxClients: 100, writesPerMinute: 100, maxDeleted: 100 };

type Created = Awaited<ReturnType<ClientWorld["create"]>>;

/** So many requests for a client at once. */
export const creates = (
  product: TestProduct,
  count: number,
  limits = ROOM,
): readonly Promise<Created>[] =>
  Array.from({ length: count }, () => createClient({ ...product, limits }, ANOTHER));

/** Begun while somebody else has the line, so that all of them wait when it is their turn. */
export async function waiting<T>(
  { line }: Pick<TestProduct, "line">,
  begin: () => readonly Promise<T>[],
): Promise<readonly Promise<T>[]> {
  const turn = await line.enter("contoso");
  const begun = begin();
  for (const one of begun) one.catch(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  turn.leave();
  return begun;
}

export const together = async <T>(
  product: Pick<TestProduct, "line">,
  begin: () => readonly Promise<T>[],
): Promise<T[]> => Promise.all(await waiting(product, begin));

export const reasons = (answers: readonly Created[]): string[] =>
  answers.map((answer) => (answer.ok ? "done" : answer.refusal.reason));
