import * as z from "zod";
import { EXIT, type ExitCode, Fault } from "../fault.ts";

/** What all problem documents have (RFC 9457), and what those with fields have. */
const Problem = z.looseObject({
  type: z.string().default("about:blank"),
  title: z.string().default("The service refused"),
  detail: z.string().optional(),
  instance: z.string().optional(),
  errors: z.array(z.looseObject({ field: z.string(), message: z.string() })).optional(),
});

const EXITS: Readonly<Record<number, ExitCode>> = {
  400: EXIT.refused,
  401: EXIT.denied,
  403: EXIT.denied,
  404: EXIT.notFound,
  408: EXIT.notNow,
  429: EXIT.notNow,
};

/** Whatever says when to come back is refused for now only: a 409, too, of a client that is being changed. */
const exitOf = ({ status, headers }: Answered): ExitCode =>
  headers.has("retry-after")
    ? EXIT.notNow
    : (EXITS[status] ?? (status >= 500 ? EXIT.notNow : EXIT.refused));

type Answered = Pick<Response, "status" | "headers">;

/** A refusal of the service. */
export class Refused extends Fault {
  readonly status: number;
  /** Last part of the problem's type, such as `secret-limit-reached`. */
  readonly reason: string;

  constructor(
    answered: Answered,
    message: string,
    problem: Readonly<Record<string, unknown>> = {},
  ) {
    const { status } = answered;
    super(exitOf(answered), message, { document: { title: message, ...problem, status } });
    this.status = status;
    this.reason = String(problem["type"] ?? "").replace(/^.*\//, "");
  }
}

/**
 * A refusal of the service as it is shown: its sentence, what is wrong field by field, and where to read on.
 *
 * @param origin of the service, whose pages tell what each type means
 */
export function refusal(answered: Answered, body: unknown, origin: string): Refused {
  const parsed = Problem.safeParse(body);
  // A gateway's page, or nothing at all.
  if (!parsed.success)
    return new Refused(answered, `The service answered ${answered.status} without saying why.`);
  const { type, title, detail, instance, errors = [] } = parsed.data;
  const lines = [
    detail ?? title,
    ...errors.map(({ field, message }) => `  ${field}: ${message}`),
    ...(type.startsWith("/") ? [`  ${origin}${type}`] : []),
    ...(instance === undefined ? [] : [`  request ${instance}`]),
  ];
  return new Refused(answered, lines.join("\n"), parsed.data);
}
