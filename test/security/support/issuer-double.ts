import { createServer } from "node:https";
import { dirname } from "node:path";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { serverCertificate } from "../../../infra/local/directory/certificates.ts";
import { close, listen } from "../../../infra/local/listen.ts";

/** An issuer's discovery document and keys, at an address of its own, that counts who asks and can fail. */
export interface IssuerDouble {
  readonly metadataUrl: string;
  readonly fetches: { metadata: number; keys: number };
  failing: boolean;
  stop(): Promise<void>;
}

export async function startIssuerDouble(
  { settings }: Pick<Cloud, "settings">,
  jwk: object,
): Promise<IssuerDouble> {
  const fetches = { metadata: 0, keys: 0 };
  const { key, certificate } = serverCertificate(dirname(settings["NODE_EXTRA_CA_CERTS"] ?? ""));
  const server = createServer({ key, cert: certificate }, (request, response) => {
    const asked = request.url === "/keys" ? "keys" : "metadata";
    fetches[asked] += 1;
    if (double.failing) {
      response.writeHead(503).end();
      return;
    }
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(asked === "keys" ? { keys: [jwk] } : { jwks_uri }));
  });
  const origin = `https://localhost:${await listen(server, 0)}`;
  const jwks_uri = `${origin}/keys`;
  const double: IssuerDouble = {
    metadataUrl: `${origin}/metadata`,
    fetches,
    failing: false,
    stop: () => close(server),
  };
  return double;
}
