interface Issuer {
  readonly issuer: string;
  readonly metadataUrl: string;
  readonly audience: string;
}

/** Where tokens come from, and who helps. */
export interface Issuers {
  readonly customers: Issuer;
  readonly operators: Issuer;
  /** Of clients that rotate their secrets themselves, where they can. */
  readonly clients?: Issuer | undefined;
  /** Where callers find people who help. */
  readonly support?: string | undefined;
}

const DESCRIPTION = `Customers of a B2B application make their own OAuth 2.0 clients and secrets in a Microsoft Entra ID or Azure AD B2C directory, and see whether an administrator has consented to them.

**Tokens.** Every call but health and documents needs \`Authorization: Bearer\` with an access token for this API; the security schemes say where it comes from. (The clients that are made here get their own tokens elsewhere: at the \`tokenEndpoint\` of each.)

**Answers are open.** New members and new states may come at any time: ignore members that you do not know, take a consent whose state you do not know for one that is not granted, and treat a problem whose type you do not know by its status.

**Problems** are RFC 9457 documents. Their \`type\` is the address of a page that says what happened, what to do and who can help.

**Repeats.** Every POST takes an \`Idempotency-Key\`. An answer that had been given before has \`Idempotent-Replayed: true\`.

**Validators.** What can be read has a strong \`ETag\`: send it as \`If-None-Match\` to get 304 while nothing has changed. \`HEAD\` answers wherever \`GET\` does, and \`OPTIONS\` says which methods an address takes.

**Bodies** are JSON in UTF-8 of at most 16 KiB, sent with \`Content-Length\` (chunked ones are refused with 411); \`Content-Encoding: gzip\` is understood. Parameters and members that are not documented are refused with 400.

**Times** are RFC 3339 in UTC.`;

export const introduction = ({ support }: Issuers) => ({
  title: "Latchkey",
  version: "1.1.0",
  summary: "Customers cut their own OAuth 2.0 keys.",
  description: DESCRIPTION,
  contact: {
    name: "The operators of this service",
    ...(support?.startsWith("mailto:") ? { email: support.slice(7) } : support && { url: support }),
  },
  license: { name: "Proprietary", identifier: "LicenseRef-Proprietary" },
});

export const securitySchemes = ({ customers, operators, clients }: Issuers) => ({
  ...(clients && {
    client: scheme(
      clients,
      "a client's own (client credentials), with the app role `keys.rotate` in `roles` or, from Azure AD B2C, in `scp`",
    ),
  }),
  customer: scheme(
    customers,
    "with one of the scopes `clients.read` and `clients.write`, as `x-required-scope` says, for a person or a program of the customer",
  ),
  operator: scheme(
    operators,
    "for a person (`scp` has the operators' scope) who holds the operators' app role, through an application that is named",
  ),
  registration: {
    type: "http",
    scheme: "bearer",
    description:
      "The `registration_access_token` that a client was given when it registered itself (RFC 7592). It opens that client's registration and nothing else.",
  },
  application: scheme(
    operators,
    "an application's own (client credentials), with the app role `Clients.Lookup`",
  ),
});

const scheme = ({ issuer, metadataUrl, audience }: Issuer, kind: string) => ({
  type: "http",
  scheme: "bearer",
  bearerFormat: "JWT",
  description: `An access token of the issuer ${issuer} (discovery: ${metadataUrl}) for the audience ${audience}, ${kind}. It is verified as RFC8725 says: by signature, issuer, audience, lifetime and a fixed algorithm.`,
});
