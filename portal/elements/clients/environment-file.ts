import type { Client } from "../shared/shapes.ts";

/** A client's credentials as programs read them: one `NAME=value` a line, quoted, so that a `#` or `$` stays what it is. */
export function environmentFile(
  { appId, tokenEndpoint, scope }: Pick<Client, "appId" | "tokenEndpoint" | "scope">,
  secret: string,
): string {
  const quoted = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;
  return `CLIENT_ID=${quoted(appId)}
CLIENT_SECRET=${quoted(secret)}
TOKEN_ENDPOINT=${quoted(tokenEndpoint)}
SCOPE=${quoted(scope)}
`;
}
