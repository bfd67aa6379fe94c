import type { components } from "../api/schema.ts";
import { table } from "../table.ts";

export type Credential = components["schemas"]["Credential"];

/** Credentials of every kind, one line for each; what each is known by comes last, for an issuer and its subject are long. */
export const credentialTable = (credentials: readonly Credential[]): string =>
  table(
    ["ID", "KIND", "NAME", "CREATED", "EXPIRES", "RETIRES", "KNOWN BY"],
    credentials.map((one) => [
      one.id,
      one.kind,
      one.displayName,
      one.createdAt ?? "",
      one.expiresAt ?? "",
      one.retiresAt ?? "",
      knownBy(one),
    ]),
  );

/** A federated one by whose tokens it trusts, and by an audience that is not the usual one. */
const knownBy = ({ hint, thumbprint, issuer, subject, audience }: Credential): string =>
  hint ??
  thumbprint ??
  [issuer, subject, audience === USUAL_AUDIENCE ? undefined : audience]
    .filter((part) => part !== undefined)
    .join(" ");

/** What a federated credential asks for unless it was made with another. */
export const USUAL_AUDIENCE = "api://AzureADTokenExchange";
