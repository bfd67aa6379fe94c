import type { Addresses } from "./addresses.ts";

/** What a person reads once everything answers: where things are, who there is, and a first call to paste. */
export function renderWelcome(addresses: Addresses, cloudFile: string): string {
  const { api, portal, inbox, demoApi, faults, states, graph, tokenEndpoint, users } = addresses;
  const token = `$(node -p 'JSON.parse(fs.readFileSync("${cloudFile}")).users.ann.accessToken')`;
  return `
Latchkey runs on this machine.

  API         ${api}
  Portal      ${portal}
  Inbox       ${inbox}
  Demo API    ${demoApi}/tasks
  Faults      ${faults}
  States      ${states}
  Graph       ${graph}
  Tokens      ${tokenEndpoint}

  ann         customer, subscription ${users.ann.subscription}
  bob         customer, subscription ${users.bob.subscription}
  olga        operator (${users.olga.roles.join(", ")})

Their access tokens, and all addresses for scripts, are in ${cloudFile}. Create a first client as ann:

curl -s ${api}/clients \\
  -H "Authorization: Bearer ${token}" \\
  -H "Content-Type: application/json" \\
  -H "Idempotency-Key: first-client" \\
  -d '{"displayName": "My first client"}'

Ctrl-C stops everything; what was made is kept in .local.
`;
}
