import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { text } from "node:stream/consumers";
import * as z from "zod";
import type { ServerCertificate } from "../../../infra/local/directory/certificates.ts";
import type { KillGate } from "./kill-gate.ts";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Wire {
  /** Speaks TLS, as `localhost`. */
  readonly certificate?: ServerCertificate | undefined;
  readonly gate?: KillGate | undefined;
}

/** A server that speaks the wire of another: what `answer` does not know it has to refuse as that one would. */
export async function standIn(answer: (asked: Asked) => Answer, { certificate, gate }: Wire = {}) {
  const serve: RequestListener = async (request, response) => {
    if (await gate?.before()) return response.destroy();
    const sent = await text(request);
    const { method = "", url = "", headers } = request;
    const {
      status,
      body,
      headers: more,
    } = answer({
      ...{ method, path: url, headers },
      body: sent === "" ? undefined : JSON.parse(sent),
    });
    if (await gate?.after()) return response.destroy();
    response.writeHead(status, { "content-type": "application/json", ...more });
    return response.end(body === undefined ? "" : JSON.stringify(body));
  };
  const server = certificate
    ? createSecureServer({ key: certificate.key, cert: certificate.certificate }, serve)
    : createServer(serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    origin: certificate ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
