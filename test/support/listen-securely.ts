import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import { dirname } from "node:path";
import type { Cloud } from "../../infra/local/cloud.ts";
import { serverCertificate } from "../../infra/local/directory/certificates.ts";
import { close, listen } from "../../infra/local/listen.ts";
import { setting } from "../../infra/local/services.ts";

/** Serves on https under a certificate of the cloud's own authority: its directory trusts nobody without one. */
export async function listenSecurely(
  { settings }: Pick<Cloud, "settings">,
  serve: RequestListener,
): Promise<{ readonly origin: string; stop(): Promise<void> }> {
  const { key, certificate } = serverCertificate(dirname(setting(settings, "NODE_EXTRA_CA_CERTS")));
  const server = createServer({ key, cert: certificate }, serve);
  const origin = `https://localhost:${await listen(server, 0)}`;
  return { origin, stop: () => close(server) };
}
