import type { Outside } from "./outside.ts";

export const SUBSCRIPTIONS = ["contoso", "fabrikam"];

/** What is asked about. */
export interface Subject {
  readonly subscription: string;
  /** No other wish has it. */
  readonly name: string;
  readonly clientId: string;
  readonly keyId: string;
  readonly certificateId: string;
  readonly trustId: string;
  /** Of what is made. */
  readonly lifetimeDays: number;
  /** Of what is replaced. */
  readonly graceHours: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

const NOTHING = "00000000-0000-4000-8000-000000000000";

export const pick = <T>(from: readonly T[], random: () => number): T | undefined =>
  from[Math.floor(random() * from.length)];

/** @returns a client that there is or was, and something that it has */
export function subjectsOf(
  { directory, runtime: { random } }: Outside,
  lengths: { readonly lifetimeDays: readonly number[]; readonly graceHours: readonly number[] },
): (name: string) => Promise<Subject> {
  const seen = new Set<string>();
  return async (name) => {
    for (const { id } of directory.all()) seen.add(id);
    const isThere = random() < 0.75;
    const clientId =
      (isThere ? pick(directory.all(), random)?.id : undefined) ??
      pick([...seen], random) ??
      NOTHING;
    const client = directory.all().find(({ id }) => id === clientId);
    const lead = await directory.locateDeleted(clientId);
    const trusts = (await directory.federatedOf(clientId, { createdAt: new Date(0) })) ?? [];
    return {
      ...{ name, clientId, random },
      subscription: lead?.subscriptionKey ?? pick(SUBSCRIPTIONS, random) ?? "",
      keyId: pick(client?.secrets ?? [], random)?.keyId ?? NOTHING,
      certificateId: pick(client?.certificates ?? [], random)?.keyId ?? NOTHING,
      trustId: pick(trusts, random)?.id ?? NOTHING,
      lifetimeDays: pick(lengths.lifetimeDays, random) ?? 1,
      graceHours: pick(lengths.graceHours, random) ?? 0,
    };
  };
}
