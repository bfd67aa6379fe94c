import type { Faults } from "../../../infra/local/faults/faults.ts";

/** One kind of answer, as every operation is made to meet it. */
export interface MatrixFault {
  readonly name: string;
  readonly faults: Faults;
  /** In `npm test`'s slice: one of each kind. The others run with `MATRIX=all`. */
  readonly slice?: true;
  /** Keeps its callers waiting for as long as they wait at all: such faults are spread over the clouds. */
  readonly slow?: true;
}

/** A word in every name that the matrix gives a client. */
export const NAME_WORD = "Matrix";

const TABLES = ["clients", "journal", "idempotency", "consents", "alerts"];
const anew = { tokensRevoked: "plain" } as const;

/**
 * All switches of infra/local/faults that refuse, break or lose an answer. The token endpoint is asked only for a token that is
 * not known yet, so its faults come with the refusal of the one that is.
 */
export const matrixFaults: readonly MatrixFault[] = [
  { name: "ownership lost", faults: { directory: { lostOwnership: "all" } }, slice: true },
  { name: "name refused", faults: { directory: { refusedNames: [NAME_WORD] } } },
  { name: "directory full", faults: { directory: { quotaExceeded: true } }, slice: true },
  {
    name: "throttled for 30 s",
    faults: { directory: { throttle: { share: 1, retryAfterSeconds: 30 } } },
    slice: true,
  },
  { name: "throttled, no pause named", faults: { directory: { throttle: { share: 1 } } } },
  {
    name: "throttled until a date",
    faults: { directory: { throttle: { share: 1, retryAfterSeconds: 30, retryAfterDate: true } } },
  },
  ...([404, 500, 502, 503, 504] as const).map((status) => ({
    name: `directory ${status}`,
    faults: { directory: { serverError: { share: 1, status } } },
  })),
  {
    name: "directory cut after commit",
    faults: { directory: { cutAfterCommit: { share: 1 } } },
    slice: true,
  },
  {
    name: "directory silent",
    faults: { directory: { silence: { share: 1, afterCommit: false } } },
    slice: true,
    slow: true,
  },
  {
    name: "directory silent after commit",
    faults: { directory: { silence: { share: 1, afterCommit: true } } },
    slow: true,
  },
  ...(["cut", "truncated", "empty", "html", "shape"] as const).map((how) => ({
    name: `directory's answer mangled: ${how}`,
    faults: { directory: { mangled: { share: 1, how } } },
    ...(how === "shape" && { slice: true as const }),
  })),
  { name: "token revoked", faults: { directory: { tokensRevoked: "plain" } } },
  {
    name: "token revoked, with a claims challenge",
    faults: { directory: { tokensRevoked: "challenge" } },
  },
  {
    name: "token endpoint away",
    faults: { directory: { ...anew, tokenEndpoint: "unavailable" } },
  },
  {
    name: "token endpoint silent",
    faults: { directory: { ...anew, tokenEndpoint: "silent" } },
    slow: true,
  },
  {
    name: "token endpoint answers a page",
    faults: { directory: { ...anew, tokenEndpoint: "html" } },
  },
  { name: "directory down", faults: { directory: "down" } },
  { name: "directory late", faults: { directory: { createLagMs: 3_000 } } },
  { name: "lists late", faults: { directory: { listLagMs: 10_000 } } },
  { name: "empty pages", faults: { directory: { emptyPages: 3 } } },
  { name: "replicas disagree", faults: { directory: { replicaLagMs: 10_000 } } },
  { name: "tables down", faults: { tables: "down" } },
  { name: "tables hang", faults: { tables: { hang: true } }, slice: true, slow: true },
  ...TABLES.map((table) => ({
    name: `table ${table} missing`,
    faults: { tables: { missing: [table] } },
    ...(table === "journal" && { slice: true as const }),
  })),
  { name: "tables forbidden", faults: { tables: { forbidden: true } } },
  {
    name: "tables cut after commit",
    faults: { tables: { cutAfterCommit: { share: 1 } } },
  },
  { name: "bus down", faults: { bus: "down" }, slice: true },
  { name: "bus hangs", faults: { bus: { hang: true } }, slow: true },
  {
    name: "bus cut after commit",
    faults: { bus: { cutAfterCommit: { share: 1 } } },
  },
  { name: "inbox refuses", faults: { inbox: { share: 1 } } },
];

/** Which of the slice's faults it is: what takes turns there goes by it. */
export const turnOf = (fault: MatrixFault): number =>
  matrixFaults.filter(({ slice }) => slice).indexOf(fault);

/** Dealt out to so many clouds, the slow ones first, so that each has as much to wait for. */
export function dealFaults(all: boolean, clouds: number): readonly (readonly MatrixFault[])[] {
  const chosen = matrixFaults.filter(({ slice }) => all || slice === true);
  const ordered = [
    ...chosen.filter(({ slow }) => slow === true),
    ...chosen.filter(({ slow }) => slow !== true),
  ];
  return Array.from({ length: clouds }, (_, cloud) =>
    ordered.filter((_fault, at) => at % clouds === cloud),
  );
}
