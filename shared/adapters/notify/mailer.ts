import { createHash } from "node:crypto";
import type { EmailClient, EmailMessage } from "@azure/communication-email";
import * as z from "zod";
import { timeLeftMs } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { managedIdentity } from "../identity/managed-identity.ts";
import { loadSoon } from "../load-soon.ts";
import { retryAfterSeconds } from "./retry-after.ts";

export interface MailerOptions {
  /** A connection string, or an endpoint to sign in to with the identity. */
  readonly connection: string;
  readonly identityClientId: string | undefined;
}

/** Hands mails to Azure Communication Services, one attempt each. */
export interface Mailer {
  /**
   * @param id stable across repeats: the operation id follows from it, so that a repeat is the same mail
   * @throws MailRefused when the service will never take this mail
   * @throws RemoteUnavailable when later it may
   */
  send(id: string, message: EmailMessage): Promise<void>;
}

/** What is wrong is in the mail (an address that is none, a header that is not taken): asking again is answered the same. */
export class MailRefused extends Error {
  readonly code = "MAIL_REFUSED";

  constructor(why: string) {
    super(`The mail service refuses the mail: ${why}`);
    this.name = "MailRefused";
  }
}

const TIMEOUT_MS = 10_000;
/** A 429 that names no pause: the mail service's shorter window. */
const UNSAID_PAUSE_SECONDS = 60;
/** What the mail itself is to blame for; of all other answers waiting or the operators can mend the cause. */
const OF_THE_MAIL: readonly (number | undefined)[] = [400, 413, 422];

export function openMailer(options: MailerOptions): Mailer {
  const client = loadSoon(() => openClient(options));
  return {
    send: async (id, message) => {
      try {
        const mailer = await client();
        await beginSend(mailer, operationId(id), message);
      } catch (error) {
        throw notSent(error);
      }
    },
  };
}

/** How a repeat of a mail is answered that the service has, where the mail is not quite the same, or still on its way. */
const OF_A_REPEAT: readonly (number | undefined)[] = [400, 409];

async function beginSend(mailer: EmailClient, id: string, message: EmailMessage): Promise<void> {
  const abortSignal = AbortSignal.timeout(Math.ceil(timeLeftMs(TIMEOUT_MS)));
  try {
    await mailer.beginSend(message, { operationId: id, abortSignal });
  } catch (error) {
    if (!OF_A_REPEAT.includes(statusOf(error))) throw error;
    // Taken before, and the answer was lost: the operation is there. One that failed, or never was, has the first answer stand.
    await mailer
      .beginSend(message, { resumeFrom: begun(id), abortSignal })
      .catch((unknown: unknown) => {
        throw statusOf(unknown) === 404 ? error : unknown;
      });
  }
}

/** The SDK's own form of an operation that has begun: its state is asked for once. */
const begun = (id: string): string =>
  JSON.stringify({
    state: {
      status: "running",
      config: {
        operationLocation: `/emails/operations/${id}`,
        metadata: { mode: "OperationLocation" },
      },
    },
  });

/** What a failure of the SDK's says: its class is not exported by what is loaded here. */
const Failure = z.object({
  statusCode: z.number().optional(),
  response: z
    .object({
      headers: z.custom<{ get(name: string): string | undefined }>(
        (headers) => typeof headers === "object" && headers !== null && "get" in headers,
      ),
    })
    .optional(),
});

/** The SDK says it in words alone: the service took the mail, and has given up on it. */
const HAS_FAILED = /^The long-running operation has failed|^Operation was canceled/;

const statusOf = (error: unknown): number | undefined => Failure.safeParse(error).data?.statusCode;

/** The service's own message may quote addresses: only its kind goes on, and the pause that it asks for. */
function notSent(error: unknown): RemoteUnavailable | MailRefused {
  if (error instanceof Error && HAS_FAILED.test(error.message)) return new MailRefused("Failed");
  const { statusCode, response } = Failure.safeParse(error).data ?? {};
  const kind = error instanceof Error ? error.name : "unknown";
  const why = `${kind}${statusCode === undefined ? "" : ` ${statusCode}`}`;
  if (OF_THE_MAIL.includes(statusCode)) return new MailRefused(why);
  const seconds = retryAfterSeconds(response?.headers.get("retry-after"));
  const throttled = statusCode === 429;
  return new RemoteUnavailable(
    "alerts",
    {
      executed: throttled ? "no" : "unknown",
      ...((throttled || seconds !== undefined) && {
        throttled: true,
        retryAfterSeconds: seconds ?? UNSAID_PAUSE_SECONDS,
      }),
    },
    { cause: new Error(`Mail: ${why}`) },
  );
}

async function openClient({ connection, identityClientId }: MailerOptions): Promise<EmailClient> {
  const { EmailClient } = await import("./email-sdk.ts");
  // An attempt that is refused counts against the domain's limits as well: whoever called comes back after the pause.
  const retryOptions = { maxRetries: 0 };
  if (!/^endpoint=/i.test(connection)) {
    return new EmailClient(connection, managedIdentity(identityClientId), { retryOptions });
  }
  // A stand-in on this machine speaks plain http; Azure's endpoints are https.
  const allowInsecureConnection = /^endpoint=http:/i.test(connection);
  return new EmailClient(connection, { retryOptions, allowInsecureConnection });
}

/** A UUID that is the same for the same id (RFC 9562, version 8: 122 bits of its SHA-256). */
export function operationId(id: string): string {
  const bytes = createHash("sha256").update(id).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
