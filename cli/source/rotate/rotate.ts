import { EXIT, Fault } from "../fault.ts";
import type { Held, Sink } from "../sinks/sink.ts";
import { assess, type Findings, isAdopted, type Known } from "./assess.ts";
import { fullBecause } from "./full-because.ts";

/** What a rotation works with. Each of these may be the last thing that a run does. */
export interface RotationPorts {
  readonly sink: Sink;
  secrets(): Promise<readonly Known[]>;
  /** `full`: the client has as many secrets as it may. `unread`: it was made, and the answer with its value is lost. */
  make(): Promise<
    | { readonly kind: "made"; readonly secret: Known; readonly value: string }
    | { readonly kind: "full" }
    | { readonly kind: "unread"; readonly keyId: string }
  >;
  /** Whether the token endpoint takes it. @throws Fault when it does not say */
  works(value: string): Promise<boolean>;
  retire(keyId: string, at: Date): Promise<void>;
  /** Also where it has gone already. */
  remove(keyId: string): Promise<void>;
  now(): Date;
  pause(milliseconds: number): Promise<unknown>;
  say(line: string): void;
}

export interface RotationPlan {
  /** Of the secrets that this sink gets. */
  readonly name: string;
  readonly everyMs: number;
  /** How long the old one works on; 0 removes it. */
  readonly graceMs: number;
  /**
   * No run writes a secret later than half of this after it was made, so what is older and not in the sink will never be: whoever
   * made it is gone.
   */
  readonly settleMs: number;
}

export interface Rotated {
  readonly rotated: boolean;
  /** In the sink now. */
  readonly keyId: string;
  readonly expiresAt: string;
  /** When the next one is due. */
  readonly nextAt: string;
  readonly removed: readonly string[];
  readonly retired: readonly string[];
}

const DAY_MS = 86_400_000;
const PROOF_PAUSE_MS = 2_000;

/**
 * New secret → proved by a token → written to the sink → read back → proved again, as it was read → the old one retired; never in
 * another order. Nothing is remembered between runs: what a run that died has left is told from what the service shows and the
 * sink holds ({@link assess}), and put right before anything else.
 *
 * @throws Fault at any point; the same again goes on from there
 */
export async function rotate(ports: RotationPorts, plan: RotationPlan): Promise<Rotated> {
  const { sink, now, say } = ports;
  const { findings, held } = await findSettled(ports, plan);
  const removed: string[] = [];
  for (const { keyId } of findings.lost) {
    say(`${keyId} was made by a run that died; nobody has its value. It is removed.`);
    await ports.remove(keyId);
    removed.push(keyId);
  }
  const { current, superseded } = findings;
  // The one in the sink has been proved: what a run has left that died after its proof goes now, and may make room.
  const retired = current ? await retireAll(ports, plan, superseded) : [];
  if (current && !isDue(current, plan, now()))
    return { rotated: false, ...shown(current, plan), removed, retired };
  if (current && current.displayName !== plan.name && !current.retiresAt)
    // It goes when it expires, as it would anyway: so that it is known again if this run dies.
    await ports.retire(current.keyId, current.expiresAt);

  const made = await makeProved(ports, plan, removed, () => fullBecause(sink, held, superseded));
  say(`${made.secret.keyId} is made and works. It goes to ${sink.address}.`);
  await write(ports, made);
  await proveKept(ports, made.value, held);
  say("It is there, and works. The old one may go.");
  retired.push(...(await retireAll(ports, plan, current ? [current] : superseded)));
  return { rotated: true, ...shown(made.secret, plan), removed, retired };
}

/** What there is, once nobody can be about to write anything any more. */
async function findSettled(
  ports: RotationPorts,
  plan: RotationPlan,
): Promise<{ findings: Findings; held: Held }> {
  for (;;) {
    const secrets = await ports.secrets();
    const held = await ports.sink.look();
    const works = held.kind === "value" && (await ports.works(held.value));
    const findings = assess(secrets, { name: plan.name, held, works, now: ports.now() });
    const youngest = Math.max(0, ...findings.lost.map(({ createdAt }) => createdAt.getTime()));
    const waitMs = youngest + plan.settleMs - ports.now().getTime();
    if (waitMs <= 0) return { findings, held };
    const seconds = Math.ceil(waitMs / 1_000);
    ports.say(
      `A secret was made a moment ago: another run may be under way. Looking again in ${seconds} s.`,
    );
    await ports.pause(waitMs);
  }
}

const isDue = (current: Known, { everyMs, name }: RotationPlan, now: Date): boolean =>
  current.createdAt.getTime() + everyMs <= now.getTime() ||
  current.expiresAt.getTime() <= now.getTime() + DAY_MS ||
  (current.retiresAt !== undefined && !isAdopted(current, name));

/** A secret that works. What does not in time, or could only be written too late, is taken back. */
async function makeProved(
  ports: RotationPorts,
  plan: RotationPlan,
  removed: string[],
  full: () => string,
) {
  const began = ports.now().getTime();
  const made = await makeRoomed(ports, plan, removed, full);
  const until = began + plan.settleMs / 2;
  try {
    while (!(await ports.works(made.value))) {
      if (ports.now().getTime() + PROOF_PAUSE_MS >= until) break;
      await ports.pause(PROOF_PAUSE_MS);
    }
  } catch (error) {
    await ports.remove(made.secret.keyId);
    throw error;
  }
  if (ports.now().getTime() + PROOF_PAUSE_MS < until) return made;
  await ports.remove(made.secret.keyId);
  throw new Fault(
    EXIT.notNow,
    "The token endpoint did not take the new secret in time. It is removed again; the sink is as it was.",
  );
}

/** @param full why there is no place, and what to do */
async function makeRoomed(
  ports: RotationPorts,
  plan: RotationPlan,
  removed: string[],
  full: () => string,
) {
  let made = await ports.make();
  if (made.kind === "unread") {
    await ports.remove(made.keyId);
    made = await ports.make();
  }
  if (made.kind === "full") {
    const leaving = (await ports.secrets()).find(
      (one) => one.displayName === plan.name && one.retiresAt !== undefined,
    );
    if (leaving) {
      ports.say(`${leaving.keyId} makes room: it was to go anyway.`);
      await ports.remove(leaving.keyId);
      removed.push(leaving.keyId);
      made = await ports.make();
    }
  }
  if (made.kind === "made") return made;
  throw new Fault(EXIT.refused, `The client has as many secrets as it may. ${full()}`);
}

/** A sink that refuses holds what it held before. Where nobody knows, the new secret stays: it may be there yet. */
async function write(
  { sink, remove }: RotationPorts,
  { secret, value }: { readonly secret: Known; readonly value: string },
): Promise<void> {
  try {
    await sink.write(value);
  } catch (error) {
    if (error instanceof Fault && error.exit !== EXIT.notNow) await remove(secret.keyId);
    throw error;
  }
}

/** @throws Fault when the sink holds something else, or what it holds does not work */
async function proveKept(
  { sink, works }: RotationPorts,
  value: string,
  before: Held,
): Promise<void> {
  const held = await sink.look();
  const isKept =
    held.kind === "value"
      ? held.value === value
      : held.kind === "written" && (before.kind !== "written" || held.at >= before.at);
  if (!isKept)
    throw new Fault(
      EXIT.notKept,
      `${sink.address} does not hold what was written to it: somebody else may write there. The old secret stays.`,
    );
  if (!(await works(held.kind === "value" ? held.value : value)))
    throw new Fault(
      EXIT.notKept,
      `What ${sink.address} holds has stopped working: somebody may have removed it. The old secret stays.`,
    );
}

async function retireAll(
  { retire, remove, now, say }: RotationPorts,
  { graceMs, name }: RotationPlan,
  old: readonly Known[],
): Promise<string[]> {
  const retired: string[] = [];
  for (const one of old) {
    // One that is going anyway is not given more time.
    if (one.retiresAt && !isAdopted(one, name)) continue;
    if (graceMs === 0) await remove(one.keyId);
    else await retire(one.keyId, new Date(now().getTime() + graceMs));
    say(`${one.keyId} ${graceMs === 0 ? "is removed" : "goes when the grace is over"}.`);
    retired.push(one.keyId);
  }
  return retired;
}

const shown = ({ keyId, createdAt, expiresAt }: Known, { everyMs }: RotationPlan) => ({
  keyId,
  expiresAt: expiresAt.toISOString(),
  nextAt: new Date(createdAt.getTime() + everyMs).toISOString(),
});
