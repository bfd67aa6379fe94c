import * as z from "zod";
import type { SeenAnswer } from "../../support/openapi-check.ts";
import type { MatrixFault } from "./matrix-faults.ts";
import type { Lane } from "./matrix-lane.ts";
import { leaveUntold, lookSoon, madeBy, prepare } from "./matrix-prepare.ts";
import type { AskedOperation, Subject } from "./matrix-subject.ts";

/** One operation under one fault, and what came of it. */
export interface Cell {
  readonly fault: string;
  readonly operation: string;
  readonly tookMs: number;
  /** Status and problem type, as `503 unavailable`; what a function without an answer ended with. */
  readonly answer: string;
  /** Everything about the answer that is not as promised. */
  readonly complaints: readonly string[];
  readonly subject: Subject | undefined;
  /** The secret whose value, or whose key id, the caller was told. */
  readonly given: string | undefined;
}

const Problem = z.looseObject({ type: z.string(), keyId: z.string().optional() });
/** A secret with its value, by whichever operation. */
const Given = z.looseObject({ keyId: z.string(), secretText: z.string() });
/** What says that coming again helps says when. */
const COME_AGAIN = ["client-busy", "request-in-progress"];

export interface Prepared {
  readonly fault: MatrixFault;
  readonly asked: readonly { readonly operation: AskedOperation; readonly subject: Subject }[];
  readonly looked: Subject;
  readonly untold: Subject;
}

/** Clients for every cell of a fault, each of another subscription, made while all is well. */
export async function prepareFault(
  lane: Lane,
  fault: MatrixFault,
  operations: readonly AskedOperation[],
): Promise<Prepared> {
  const one = async (operation: Pick<AskedOperation, "name" | "needs">) =>
    prepare(lane, await lane.api.customer(), operation);
  const [looked, untold, asked] = await Promise.all([
    one({ name: "look", needs: "client" }),
    one({ name: "untold", needs: "client" }),
    Promise.all(
      operations.map(async (operation) => ({ operation, subject: await one(operation) })),
    ),
  ]);
  return { fault, looked, untold, asked };
}

/** When the message for a look comes, after the fault is in force. */
const LOOK_IN_MS = 200;
/** Longest that a message or a timer may take to come and be worked on under a fault. */
const RUN_MS = 15_000;

/** All cells of one fault, side by side; settles when the fault is cleared. */
export async function runFault(lane: Lane, prepared: Prepared): Promise<readonly Cell[]> {
  const { cloud, api, host } = lane;
  const { fault, looked, untold } = prepared;
  // A bus that is away brings no message: the clock has nothing to answer until it is back.
  const brings = fault.faults.bus !== "down" && fault.faults.bus?.hang !== true;
  await leaveUntold(cloud, untold);
  // Its own message comes to the clock a second after it was made.
  const fresh = await prepare(lane, await api.customer(), { name: "fresh", needs: "client" });
  const nextRun = lane.watch();
  const ofFresh = await madeBy(cloud, fresh);
  const ofLook = await lookSoon(cloud, looked, LOOK_IN_MS);
  const run = async (
    operation: string,
    subject: Subject | undefined,
    began: () => Promise<{ outcome: string; durationMs: number }>,
  ): Promise<Cell> => {
    const base = { fault: fault.name, operation, subject, given: undefined };
    try {
      const { outcome, durationMs } = await began();
      return { ...base, tookMs: durationMs, answer: outcome, complaints: [] };
    } catch (error) {
      return { ...base, tookMs: 0, answer: "none", complaints: [String(error)] };
    }
  };
  const timer = (name: string, subject?: Subject) =>
    run(name, subject, async () => {
      const ended = nextRun(name, undefined, RUN_MS);
      await Promise.all([host.runNow(name), ended]);
      return ended;
    });
  const clock = (name: string, subject: Subject, operationId: string) =>
    run(name, subject, () =>
      brings
        ? nextRun("consent-clock", operationId, RUN_MS)
        : Promise.resolve({ outcome: "not delivered", durationMs: 0 }),
    );
  await cloud.setFaults(fault.faults);
  try {
    return await Promise.all([
      ...prepared.asked.map((one) => askedCell(lane, fault, one)),
      clock("clock: look", looked, ofLook),
      clock("clock: request", fresh, ofFresh),
      timer("consent-sweep"),
      timer("reconcile", untold),
    ]);
  } finally {
    await cloud.setFaults({});
  }
}

async function askedCell(
  lane: Lane,
  fault: MatrixFault,
  { operation, subject }: Prepared["asked"][number],
): Promise<Cell> {
  const base = { fault: fault.name, operation: operation.name, subject };
  const began = performance.now();
  const took = () => Math.round(performance.now() - began);
  try {
    const answer = await askFor(lane, operation, subject);
    const tookMs = took();
    const problem = Problem.safeParse(answer.body).data;
    const type = answer.status >= 400 ? problem?.type.replace("/problems/", "") : undefined;
    const given = Given.safeParse(answer.body).data?.keyId ?? problem?.keyId;
    const complaints = complaintsAbout(lane, operation.ask(subject), answer, type);
    return { ...base, tookMs, answer: `${answer.status} ${type ?? ""}`.trim(), complaints, given };
  } catch (error) {
    const complaints = [`no answer that can be read: ${error}`];
    return { ...base, tookMs: took(), answer: "none", complaints, given: undefined };
  }
}

export async function askFor(
  lane: Lane,
  operation: AskedOperation,
  subject: Subject,
): Promise<SeenAnswer> {
  const { by, method, path, json, headers } = operation.ask(subject);
  const token = {
    operator: lane.operatorToken,
    customer: subject.customer.token,
    client: subject.ownToken ?? "none",
  }[by];
  const response = await fetch(`${lane.cloud.addresses.api}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(json !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, body };
}

function complaintsAbout(
  { check }: Lane,
  { method, path }: { readonly method: string; readonly path: string },
  answer: SeenAnswer,
  problem: string | undefined,
): string[] {
  const { status, headers } = answer;
  const complaints: string[] = [];
  if (status === 500) complaints.push("it is 500");
  if (status >= 400 && problem === undefined) complaints.push("it has no problem document");
  const saysWhen = [429, 503].includes(status) || COME_AGAIN.includes(problem ?? "");
  if (saysWhen && !(Number(headers.get("retry-after")) >= 1))
    complaints.push("it lacks Retry-After");
  try {
    check(method, `/api${path}`, answer);
  } catch (error) {
    complaints.push(String(error));
  }
  return complaints;
}
