import { randomUUID } from "node:crypto";

/** The answer of a token endpoint. */
export interface TokenReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const stamp = (): string => `${new Date().toISOString().slice(0, 19).replace("T", " ")}Z`;

/** What login.microsoftonline.com answers. Callers branch on `error` and `error_codes`, never on the text. */
export function entraError(status: number, error: string, code: number, text: string): TokenReply {
  const [traceId, correlationId, timestamp] = [randomUUID(), randomUUID(), stamp()];
  return {
    status,
    body: {
      error,
      error_description: `AADSTS${code}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
  };
}

/** What a B2C policy answers: always 400, also for a wrong secret. */
export function policyError(error: string, code: string, text: string): TokenReply {
  return {
    status: 400,
    body: {
      error,
      error_description: `${code}: ${text}\r\nCorrelation ID: ${randomUUID()}\r\nTimestamp: ${stamp()}\r\n`,
    },
  };
}
