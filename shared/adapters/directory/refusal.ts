import type { GraphError } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import type { DirectoryRefusal } from "../../clients/ports.ts";

/** What Graph said when it refused, alone or for a part of a batch. */
export interface Refused {
  readonly status: number;
  /** Graph's own; empty when whoever answered was not Graph (a proxy's page, a cut answer). */
  readonly code: string;
  readonly message: string;
}

const Said = z.object({ code: z.string().min(1), message: z.string().nullish() });
const Envelope = z.object({ error: Said });

/** The Graph client puts Graph's `error` into `body` as JSON, and anything else as it comes. */
export function refusedBy(error: GraphError): Refused {
  const said = Said.safeParse(parsed(error.body));
  return refused(error.statusCode, said.data);
}

/** @param body of a part of a batch: the envelope, as JSON */
export const refusedPart = (status: number, body: unknown): Refused =>
  refused(status, Envelope.safeParse(body).data?.error);

const refused = (status: number, said: z.infer<typeof Said> | undefined): Refused => ({
  status,
  code: said?.code ?? "",
  message: said?.message ?? "",
});

function parsed(body: unknown): unknown {
  if (typeof body !== "string") return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const POLICIES: Readonly<Record<string, "lifetime" | "type" | "audience">> = {
  CredentialInvalidLifetimeAsPerAppPolicy: "lifetime",
  CredentialTypeNotAllowedAsPerAppPolicy: "type",
  SignInAudienceNotAllowedAsPerAppPolicy: "audience",
};

/** Read for a hint only: what was refused and why is said by the code. */
const NAMED_POLICY = /assigned policy '([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})'/i;

/**
 * Graph's refusal in this service's words. Codes are stable and decide; a 403 is about ownership and permission, unless the
 * directory names a limit of its own (`Directory_…`) or was not the one who answered.
 */
export function refusalOf({ status, code, message }: Refused): DirectoryRefusal {
  const policy = POLICIES[code];
  if (policy) {
    const policyId = NAMED_POLICY.exec(message)?.[1];
    return { reason: "forbidden-by-policy", policy, ...(policyId && { policyId }) };
  }
  if (code === "Directory_QuotaExceeded") return { reason: "directory-full" };
  if (isMissing({ status, code })) return { reason: "absent" };
  if (status === 403 && code !== "" && !code.startsWith("Directory_"))
    return { reason: "not-ours" };
  return { reason: "refused", status, code };
}

/**
 * "Unable to read the company information from the directory": a 404 of a replica that does not find its tenant, and no word of what
 * was asked for. It passes (terraform-provider-azuread#1578).
 */
export const isAstray = ({ code }: Pick<Refused, "code">): boolean =>
  code === "Directory_ObjectNotFound";

/**
 * The personal-account side of the directory learns of a new app later than the rest (msgraph-sdk-powershell#3380). A 404 that
 * is not Graph's own says nothing about the directory.
 */
export const isMissing = ({ status, code }: Pick<Refused, "status" | "code">): boolean =>
  (status === 404 && code !== "" && !isAstray({ code })) || code === "Error_MsaAppDoesNotExist";

/** 400 in Graph's own words, and no policy's: what was sent is at fault. */
export const isBadRequest = (refusal: Refused): boolean =>
  refusal.status === 400 && refusal.code !== "" && refusalOf(refusal).reason === "refused";
