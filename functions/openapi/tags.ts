/** The groups of operations, by where they stand. The first that fits counts. */
const TAGS = [
  {
    name: "Secrets",
    fits: /^\/clients\/\{id\}\/secrets/,
    description: "A client's secrets: made here, shown once, removed here.",
  },
  {
    name: "Federated credentials",
    fits: /^\/clients\/\{id\}\/federated-credentials|^\/federated-presets/,
    description:
      "Whose tokens the directory takes as a client's: no secret, and nothing that ends.",
  },
  {
    name: "Watching",
    fits: /(^|\/)watch$|^\/calendar-link/,
    description: "Who is told by mail before a secret ends, and the calendar of it.",
  },
  {
    name: "Clients",
    fits: /^\/clients/,
    description: "The OAuth 2.0 clients of the caller's subscription.",
  },
  {
    name: "Webhook",
    fits: /^\/webhook/,
    description: "The subscription's events, posted to an address of its own.",
  },
  {
    name: "Consents",
    fits: /^\/admin\/consents/,
    description: "For operators: who asks for what, and whether it is granted.",
  },
  {
    name: "Activity",
    fits: /^\/admin\/activity/,
    description: "For operators: who did what.",
  },
  {
    name: "Operations",
    fits: /^\/admin/,
    description: "For operators: changes that need them.",
  },
  {
    name: "Registration",
    fits: /^\/register/,
    description: "For tools that register themselves (RFC 7591 and 7592).",
  },
  {
    name: "Lookup",
    fits: /^\/lookup/,
    description: "For the company's own API: whose client has called it.",
  },
  {
    name: "Self",
    fits: /^\/self/,
    description: "For a client that rotates its credentials itself.",
  },
  { name: "Service", fits: /^/, description: "Whether the service is well, and what it offers." },
] as const;

export const tags = TAGS.map(({ name, description }) => ({ name, description }));

export const tagOf = (path: string): string =>
  TAGS.find(({ fits }) => fits.test(path))?.name ?? "Service";
