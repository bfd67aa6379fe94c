import * as z from "zod";

const Bought = z.object({ access_token: z.string() });

/** An access token for an application's own credentials. */
export async function buyToken(credential: {
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}): Promise<string> {
  const response = await fetch(credential.tokenEndpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: credential.clientId,
      client_secret: credential.clientSecret,
      scope: credential.scope,
    }),
  });
  return Bought.parse(await response.json()).access_token;
}
