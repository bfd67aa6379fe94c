import type { Client } from "../shared/shapes.ts";

type Called = Pick<Client, "appId" | "tokenEndpoint" | "scope">;

/** Ready to run: a token by client credentials, with the client's own values, in the three shells people ask for. */
export function snippets(
  { appId, tokenEndpoint, scope }: Called,
  secret: string,
): readonly { readonly name: string; readonly code: string }[] {
  const sh = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;
  const ps = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const js = (value: string) => JSON.stringify(value);
  return [
    {
      name: "curl",
      code: `curl -s ${sh(tokenEndpoint)} \\
  -d grant_type=client_credentials \\
  -d client_id=${appId} \\
  --data-urlencode client_secret=${sh(secret)} \\
  --data-urlencode scope=${sh(scope)}`,
    },
    {
      name: "PowerShell",
      code: `Invoke-RestMethod -Method Post -Uri ${ps(tokenEndpoint)} -Body @{
  grant_type    = 'client_credentials'
  client_id     = ${ps(appId)}
  client_secret = ${ps(secret)}
  scope         = ${ps(scope)}
}`,
    },
    {
      name: "Node.js",
      code: `const answer = await fetch(${js(tokenEndpoint)}, {
  method: "POST",
  body: new URLSearchParams({
    grant_type: "client_credentials",
    client_id: ${js(appId)},
    client_secret: ${js(secret)},
    scope: ${js(scope)},
  }),
});
console.log(await answer.json());`,
    },
  ];
}
