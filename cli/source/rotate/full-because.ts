import type { Held, Sink } from "../sinks/sink.ts";
import { heldByTime, type Known } from "./assess.ts";

/**
 * Where a dead run has left two and the sink shows no value, its time tells which one it holds; that is for people to act on, who know
 * whether anybody else has written there.
 */
export function fullBecause({ address }: Sink, held: Held, superseded: readonly Known[]): string {
  if (held.kind !== "written" || superseded.length < 2)
    return "None of them is this sink's to remove. Remove the one that no program uses: latchkey secrets remove.";
  const inSink = heldByTime(superseded, held.at);
  const others = superseded.filter((one) => one !== inSink).map(madeAt);
  return [
    `A run that died has left one of them. ${address} was written to at ${held.at.toISOString()}:`,
    inSink
      ? `by that it holds ${madeAt(inSink)}, and not ${others.join(", ")}.`
      : `by that nobody can say which of ${others.join(", ")} it holds.`,
    "Remove what it does not hold (latchkey secrets remove), and run this again.",
  ].join(" ");
}

const madeAt = ({ keyId, createdAt }: Known): string =>
  `${keyId} (made at ${createdAt.toISOString()})`;
