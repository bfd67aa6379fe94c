import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { close, listen } from "../../../infra/local/listen.ts";
import { listenSecurely } from "../../support/listen-securely.ts";

/**
 * The two parts of Azure behind a federated credential: the managed-identity endpoint of App Service (its form of 2019-08-01:
 * IDENTITY_ENDPOINT and IDENTITY_HEADER) and the tenant that issues the identity's tokens, with discovery and keys. That endpoint is on http, as it is on App Service; issuers are not.
 */
export async function startManagedIdentity(cloud: Pick<Cloud, "settings">) {
  const clientId = randomUUID();
  const principalId = randomUUID();
  const header = randomUUID();
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "identity", alg: "RS256", use: "sig" };
  const asked: string[] = [];
  let origin = "";
  let tenant = "";
  const issuer = () => `${tenant}/workforce/v2.0`;

  const answer = async (request: IncomingMessage): Promise<[number, unknown]> => {
    const url = new URL(request.url ?? "/", origin);
    if (url.pathname.endsWith("/.well-known/openid-configuration")) {
      return [200, { issuer: issuer(), jwks_uri: `${tenant}/keys` }];
    }
    if (url.pathname === "/keys") return [200, { keys: [jwk] }];
    if (request.headers["x-identity-header"] !== header) return [401, { message: "wrong header" }];
    if (url.searchParams.get("client_id") !== clientId) return [400, { message: "no identity" }];
    const resource = url.searchParams.get("resource") ?? "";
    asked.push(resource);
    const token = await new SignJWT({ oid: principalId })
      .setProtectedHeader({ alg: "RS256", kid: "identity" })
      .setIssuer(issuer())
      .setSubject(principalId)
      .setAudience(resource)
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(privateKey);
    const expires = Math.floor(Date.now() / 1000) + 3_600;
    return [200, { access_token: token, expires_on: `${expires}`, resource, token_type: "Bearer" }];
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [status, body] = await answer(request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void serve(request, response));
  origin = `http://127.0.0.1:${await listen(server, 0)}`;
  const secure = await listenSecurely(cloud, (request, response) => void serve(request, response));
  tenant = secure.origin;
  return {
    issuer: issuer(),
    principalId,
    /** The resources that tokens were asked for, oldest first. */
    asked: (): readonly string[] => asked,
    environment: {
      IDENTITY_ENDPOINT: `${origin}/msi/token`,
      IDENTITY_HEADER: header,
      MANAGED_IDENTITY_CLIENT_ID: clientId,
    },
    stop: () => Promise.all([close(server), secure.stop()]),
  };
}
