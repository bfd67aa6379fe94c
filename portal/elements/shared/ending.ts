import type { Texts } from "../texts/texts.ts";
import type { Client } from "./shapes.ts";

/** What a client has that ends: its secrets and certificates, as lists of clients show them. */

/** A service from before there were certificates says nothing of them. */
const certificatesOf = ({ credentials = [] }: Client) =>
  credentials.filter(({ kind }) => kind === "certificate");

/** The one that expires first is the one to look after. */
export const nextExpiry = (client: Client): string | undefined =>
  [...client.secrets, ...certificatesOf(client)]
    .flatMap(({ expiresAt }) => expiresAt ?? [])
    .sort()[0];

/** How many of each kind: "2 secrets, 1 certificate". */
export function credentialCount(
  t: Pick<Texts, "secretCount" | "certificateCount" | "noSecrets">,
  client: Client,
): string {
  const [secrets, certificates] = [client.secrets.length, certificatesOf(client).length];
  const counts = [
    secrets > 0 && t.secretCount(secrets),
    certificates > 0 && t.certificateCount(certificates),
  ].filter(Boolean);
  return counts.join(", ") || t.noSecrets;
}
