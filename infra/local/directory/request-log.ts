/** One served request, so that a test can count what an operation costs the directory. */
export interface ServedRequest {
  readonly method: string;
  /** Without ids: `GET /applications/{id}`. */
  readonly name: string;
  /** Path and query as they came. */
  readonly path: string;
  /** 0 when the connection was cut. */
  readonly status: number;
  /** RFC 3339. */
  readonly at: string;
}

const MAX_KEPT = 100_000;

export interface RequestLog {
  add(request: ServedRequest): void;
  all(): ServedRequest[];
  clear(): void;
}

export function openRequestLog(): RequestLog {
  let kept: ServedRequest[] = [];
  return {
    add: (request) => {
      kept.push(request);
      // Trimming in large steps keeps adding cheap.
      if (kept.length > MAX_KEPT + 10_000) kept = kept.slice(-MAX_KEPT);
    },
    all: () => kept.slice(-MAX_KEPT),
    clear: () => {
      kept = [];
    },
  };
}
