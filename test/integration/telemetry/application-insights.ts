import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import * as z from "zod";
import { serverCertificate } from "../../../infra/local/directory/certificates.ts";
import { close, listen } from "../../../infra/local/listen.ts";

/** What the exporter sends for each span, metric or log: the Breeze envelope, as far as the tests read it. */
const Envelope = z.looseObject({
  name: z.string(),
  tags: z.record(z.string(), z.string()).default({}),
  data: z.looseObject({ baseType: z.string(), baseData: z.looseObject({}) }),
});
export type Envelope = z.infer<typeof Envelope>;

/**
 * Takes what the official exporter sends, in the place of Azure's ingestion endpoint. The exporter speaks https only.
 *
 * @param folder where the local certificate authority lives that the hosts trust
 * @param answers false takes every request and answers none
 */
export async function startIngestion(folder: string, answers = true) {
  const envelopes: Envelope[] = [];
  const receive = async (request: IncomingMessage): Promise<number> => {
    const body = await buffer(request);
    const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    const items = z.array(Envelope).parse(JSON.parse(text.toString()));
    envelopes.push(...items);
    return items.length;
  };
  const { key, certificate: cert } = serverCertificate(folder);
  const asked = Promise.withResolvers<void>();
  const server = createServer({ key, cert }, (request, response) => {
    asked.resolve();
    if (!answers) return;
    receive(request).then(
      (count) =>
        response
          .writeHead(200, { "content-type": "application/json" })
          .end(JSON.stringify({ itemsReceived: count, itemsAccepted: count, errors: [] })),
      () => response.writeHead(400).end(),
    );
  });
  const port = await listen(server, 0);
  return {
    connectionString: `InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=https://localhost:${port}/`,
    envelopes,
    /** Settles with the first request. */
    asked: asked.promise,
    stop: async () => {
      server.closeAllConnections();
      await close(server);
    },
  };
}
