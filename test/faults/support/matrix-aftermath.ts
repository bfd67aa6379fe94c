import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { keySafe } from "../../../shared/adapters/key-safe.ts";
import { inLanes } from "../../../shared/base/in-lanes.ts";
import { eventually } from "../../support/eventually.ts";
import { clientOf } from "../../support/make.ts";
import { rows } from "./found.ts";
import { untilAnswered } from "./insist-on.ts";
import { leftOver } from "./left-over.ts";
import { NAME_WORD } from "./matrix-faults.ts";
import { isAsAsked, isOfKey } from "./matrix-keys.ts";
import type { Lane } from "./matrix-lane.ts";
import { askedOperations } from "./matrix-operations.ts";
import { askFor, type Cell } from "./matrix-run.ts";
import type { Subject } from "./matrix-subject.ts";

/** What is found when all is well again; every list names cells, and every one has to be empty. */
export interface Aftermath {
  /** Operations that hold a client or a place, and are not on the operators' list. */
  readonly underWay: readonly string[];
  /** Events and messages that are still kept for later. */
  readonly notTold: readonly string[];
  /** Clients that can be neither renamed nor found gone. */
  readonly unusable: readonly string[];
  /** Creates that, asked for again under their key, do not come to exactly one registration. */
  readonly notOnce: readonly string[];
  /** Certificates and federated credentials that, asked for again, are not there once, or not gone. */
  readonly keysNotOnce: readonly string[];
  /** Secrets of which nobody was told. */
  readonly secretsLeft: readonly string[];
  /** New clients of which operators were not told. */
  readonly alertsLost: readonly string[];
}

/** Longest until all that was abandoned has ended: twice `RECONCILE_AFTER` and its back-off, on a machine that stands still at times. */
const SETTLED_WITHIN_MS = 240_000;

const nameOf = ({ fault, operation, answer }: Cell): string =>
  `${operation} under "${fault}" (${answer})`;

export async function aftermathOf(lane: Lane, cells: readonly Cell[]): Promise<Aftermath> {
  const left = await settle(lane);
  const partition = (row: string) =>
    cells.find(({ subject }) => subject && keySafe(subject.customer.subscription) === row);
  const describe = (name: string) => {
    const cell = partition(name);
    return cell ? nameOf(cell) : name;
  };
  return {
    underWay: left.underWay.map(describe),
    notTold: left.notTold,
    unusable: await badOnes(cells, (cell) => isUsable(cell)),
    notOnce: await badOnes(
      cells.filter(({ operation }) => operation === "create"),
      (_cell, subject) => isMadeOnce(lane, subject),
    ),
    keysNotOnce: await badOnes(
      cells.filter(({ operation }) => isOfKey(operation)),
      ({ operation }, subject) => isAsAsked(lane, operation, subject),
    ),
    secretsLeft: await badOnes(cells, (cell, subject) => hasOnlyKnownSecrets(cell, subject)),
    alertsLost: await badOnes(
      cells.filter(({ operation }) => operation === "clock: request"),
      (_cell, { client }) => wasTold(lane.cloud, client?.id),
    ),
  };
}

/** Waits until nothing is under way, or says what still is. */
async function settle({ cloud, host, olga }: Lane) {
  let last: { underWay: string[]; notTold: string[] } = { underWay: [], notTold: [] };
  const read = async () => {
    await host.runNow("reconcile");
    await host.runNow("consent-sweep");
    const [clients, journal] = await Promise.all([rows(cloud, "clients"), rows(cloud, "journal")]);
    const parked = JSON.stringify((await olga("GET", "/admin/operations")).body);
    const startingWith = (prefix: string) =>
      clients.filter((row) => String(row["rowKey"]).startsWith(prefix));
    const unseen = startingWith("parked:").filter(
      (row) => !parked.includes(String(row["operationId"])),
    );
    last = {
      underWay: [...startingWith("busy:"), ...unseen].map((row) => String(row["partitionKey"])),
      notTold: leftOver(journal).map(({ rowKey }) => rowKey),
    };
    return last;
  };
  await eventually(
    read,
    ({ underWay, notTold }) => underWay.length + notTold.length === 0,
    SETTLED_WITHIN_MS,
  ).catch(() => undefined);
  return last;
}

/** So many at once as one host answers well within a deadline. */
const AT_ONCE = 6;

async function badOnes(
  cells: readonly Cell[],
  isGood: (cell: Cell, subject: Subject) => Promise<string | true>,
): Promise<string[]> {
  const bad: string[] = [];
  await inLanes(AT_ONCE, cells, async (cell) => {
    if (!cell.subject) return;
    const verdict = await isGood(cell, cell.subject).catch(String);
    if (verdict !== true) bad.push(`${nameOf(cell)}: ${verdict}`);
  });
  return bad;
}

async function isUsable({ subject }: Cell): Promise<string | true> {
  if (!subject?.client) return true;
  const path = `/clients/${subject.client.id}`;
  const json = { displayName: `${NAME_WORD} again` };
  const { status } = await untilAnswered(() => subject.customer.call("PATCH", path, { json }));
  return status === 204 || status === 404 || `a rename is ${status}`;
}

const Found = z.object({ value: z.array(z.unknown()) });

async function isMadeOnce(lane: Lane, subject: Subject): Promise<string | true> {
  const create = askedOperations.find(({ name }) => name === "create");
  if (!create) return "there is no create";
  const { status } = await untilAnswered(() => askFor(lane, create, subject));
  if (status !== 201) return `asked again it is ${status}`;
  const filter = encodeURIComponent(`displayName eq '${subject.name}'`);
  const response = await fetch(`${lane.cloud.addresses.graph}/applications?$filter=${filter}`, {
    headers: { authorization: `Bearer ${lane.cloud.addresses.users.olga.graphToken}` },
  });
  const { value } = Found.parse(await response.json());
  return value.length === 1 || `there are ${value.length}`;
}

async function hasOnlyKnownSecrets(cell: Cell, subject: Subject): Promise<string | true> {
  const { client, customer, secret } = subject;
  if (!client) return true;
  const answer = await untilAnswered(() => customer.call("GET", `/clients/${client.id}`));
  if (answer.status === 404) return true;
  if (answer.status !== 200) return `a read is ${answer.status}`;
  const known = [secret?.keyId, cell.given];
  const left = clientOf(answer).secrets.filter(({ keyId }) => !known.includes(keyId));
  return left.length === 0 || `${left.length} left`;
}

async function wasTold(cloud: Cloud, id: string | undefined): Promise<string | true> {
  const came = () =>
    cloud.inbox.alerts().some(({ clientId, channel }) => clientId === id && channel === "webhook");
  return (await eventually(came, (told) => told, 30_000)) || "never";
}
