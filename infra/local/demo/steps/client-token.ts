import { decodeJwt } from "jose";
import * as z from "zod";
import type { Answer, Stage } from "../stage.ts";
import type { Secret } from "./add-secret.ts";
import type { Client } from "./create-client.ts";

/** AADSTS7000229: the consent makes the service principal without which there is no token. */
const NOT_CONSENTED = z.object({ error_codes: z.tuple([z.literal(7000229)]) });
const TokenAnswer = z.object({ access_token: z.string() });

/** What the customer's own program does: OAuth 2.0 client credentials, as the create's answer says. */
export const askForToken = (stage: Stage, client: Client, secret: Secret): Promise<Answer> =>
  stage.call({
    method: "POST",
    url: client.tokenEndpoint,
    form: {
      grant_type: "client_credentials",
      client_id: client.appId,
      client_secret: secret.secretText,
      scope: client.scope,
    },
  });

/** B2C puts granted roles into `scp`, Entra ID into `roles`. */
export function grantedRoles(token: string): string[] {
  const { scp, roles } = decodeJwt(token);
  const inScope = typeof scp === "string" ? scp.split(" ") : [];
  return [...inScope, ...(Array.isArray(roles) ? roles.map(String) : [])].sort();
}

export function showClaims(stage: Stage, token: string): void {
  const { aud, azp, appid, scp, roles } = decodeJwt(token);
  stage.show("The token says", { aud, azp, appid, scp, roles });
}

export const callDemoApi = (stage: Stage, token: string, method: "GET" | "POST") =>
  stage.call({
    method,
    url: `${stage.addresses.demoApi}/tasks`,
    as: { who: "the client", token },
    ...(method === "POST" && { json: { title: "Count the keys" } }),
  });

export const tokenWithoutConsent = (stage: Stage, client: Client, secret: Secret): Promise<void> =>
  stage.step(
    "The key works, but opens nothing yet",
    "The client asks for a token with its new secret. As nobody has consented, Entra ID gives it none, and a B2C user flow one that carries no permission: the company's API turns it away.",
    async () => {
      const answer = await askForToken(stage, client, secret);
      if (NOT_CONSENTED.safeParse(answer.body).success)
        return stage.check("The secret is known, and no token was issued", answer.status === 401);
      stage.check("A token was issued", answer.status === 200);
      const token = TokenAnswer.parse(answer.body).access_token;
      showClaims(stage, token);
      stage.check("It carries no permission", grantedRoles(token).length === 0);
      const { status } = await callDemoApi(stage, token, "GET");
      stage.check("The demo API says 403", status === 403);
    },
  );

export const tokenWithConsent = (stage: Stage, client: Client, secret: Secret): Promise<void> =>
  stage.step(
    "The key opens the door",
    "The same client, the same secret, a new token.",
    async () => {
      const answer = await askForToken(stage, client, secret);
      stage.check("A token was issued", answer.status === 200);
      const token = TokenAnswer.parse(answer.body).access_token;
      showClaims(stage, token);
      stage.check(
        "It carries api.read and api.write",
        grantedRoles(token).join(" ") === "api.read api.write",
      );
      const read = await callDemoApi(stage, token, "GET");
      stage.check("The demo API lets it read", read.status === 200);
      const written = await callDemoApi(stage, token, "POST");
      stage.check("The demo API lets it write", written.status === 201);
    },
  );
