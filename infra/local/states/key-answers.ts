import type { Shaped } from "../../../functions/edge/shape.ts";
import type { CertificateShape } from "../../../functions/http/credentials/certificate-shapes.ts";
import type { CredentialListShape } from "../../../functions/http/credentials/credential-shapes.ts";
import { PRESETS } from "../../../shared/clients/federated/presets.ts";
import { type AnswerAs, aboutOf, ok, one, problem } from "./answers.ts";
import { type Answer, client, secret } from "./sample.ts";

/** Certificates and federated credentials as the API shows them, for the page of states. */

type Credential = Shaped<typeof CredentialListShape>["items"][number];

const HOUR_MS = 3_600_000;
const inHours = (hours: number, now: number) => new Date(now + hours * HOUR_MS).toISOString();
const THUMBPRINT = "52ED9B5038A47B9E2E2190715CC238359D4F8F73";

/** One that works, one that is being replaced, and whose tokens are taken as well. */
export const credentials = (now: number): readonly Credential[] => [
  {
    ...{ id: "00000000-0000-4000-b000-000000000001", kind: "certificate" },
    ...{ displayName: "Build server", thumbprint: THUMBPRINT },
    ...{ createdAt: inHours(-30, now), expiresAt: inHours(24 * 90, now) },
  },
  {
    ...{ id: "00000000-0000-4000-b000-000000000002", kind: "certificate" },
    ...{ displayName: "Build server, last year", thumbprint: [...THUMBPRINT].reverse().join("") },
    ...{ createdAt: inHours(-24 * 300, now), expiresAt: inHours(24 * 12, now) },
    retiresAt: inHours(20, now),
  },
  {
    ...{ id: "00000000-0000-4000-b000-000000000003", kind: "federated" },
    displayName: "github-main",
    issuer: "https://token.actions.githubusercontent.com",
    subject: "repo:octo-org/a-repository-with-a-long-name:ref:refs/heads/main",
    audience: "api://AzureADTokenExchange",
  },
];

const allKinds = aboutOf(
  ["secret", "certificate", "federated"].map((kind) => ({ kind, allowed: true })),
);

/**
 * One client in a directory that takes all kinds.
 *
 * @param list what the list of its credentials is answered with
 */
export const withKeys = (
  list: (now: number) => Answer = (now) => ok({ items: credentials(now) }),
): AnswerAs => {
  const others = one((now) => ({ secrets: [secret(1, 24 * 10, now)] }));
  return (method, path, now) => {
    if (path === "/about") return allKinds;
    if (path === "/federated-presets") return ok({ items: PRESETS });
    if (path.endsWith("/credentials")) return list(now);
    if (method === "DELETE") return problem(409, "last-secret");
    if (method === "POST" && path.endsWith("/certificates"))
      return { status: 201, body: added(now) };
    return others(method, path, now);
  };
};

const added = (now: number): Shaped<typeof CertificateShape> => ({
  ...{ keyId: client(1, now).id, displayName: "Build server", thumbprint: THUMBPRINT },
  ...{ createdAt: inHours(0, now), expiresAt: inHours(24 * 180, now) },
});
