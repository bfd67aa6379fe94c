import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import { StreamingMessage } from "./rpc-messages.ts";

/** One worker's stream. */
export interface Channel {
  send(message: Readonly<Record<string, unknown>>): void;
  /** The next message of this kind; rejects when the stream ends first. */
  next(kind: string): Promise<unknown>;
  /** Every message of this kind from now on. */
  on(kind: string, hear: (content: unknown) => void): void;
}

/** Far above anything a test sends: the host's own limit. */
const MAX_MESSAGE_BYTES = 2 ** 31 - 1;

/** @returns the protocol as the worker brings it, beside its compiled sources. */
function readService(workerFile: string) {
  const descriptor = join(
    dirname(workerFile),
    "../azure-functions-language-worker-protobuf/src/rpc.js",
  );
  const definition = fromJSON(createRequire(import.meta.url)(descriptor), {
    enums: String,
    longs: Number,
    oneofs: true,
  });
  const service = definition["AzureFunctionsRpcMessages.FunctionRpc"];
  if (!service || "format" in service) throw new Error(`${descriptor} describes no FunctionRpc.`);
  return service;
}

/** Takes the place of Azure's host towards one worker. */
export async function serveWorker(workerFile: string) {
  const server = new Server({
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  });
  const opened = Promise.withResolvers<Channel>();
  const ended = Promise.withResolvers<never>();
  // Whoever waits for something of the worker's hears of its end; nobody has to.
  ended.promise.catch(() => undefined);

  const eventStream = (stream: ServerDuplexStream<unknown, unknown>) => {
    const listeners = new Map<string, Set<(content: unknown) => void>>();
    const channel: Channel = {
      send: (message) => {
        stream.write(message);
      },
      on: (kind, hear) => {
        listeners.set(kind, (listeners.get(kind) ?? new Set()).add(hear));
      },
      next: (kind) => {
        const { promise, resolve } = Promise.withResolvers<unknown>();
        const hear = (content: unknown) => {
          listeners.get(kind)?.delete(hear);
          resolve(content);
        };
        channel.on(kind, hear);
        return Promise.race([promise, ended.promise]);
      },
    };
    const end = () => ended.reject(new Error("The worker has gone."));
    stream.on("end", end).on("error", end);
    stream.on("data", (raw: unknown) => {
      const message = StreamingMessage.parse(raw);
      const kind = message.content ?? "";
      if (kind === "startStream") opened.resolve(channel);
      for (const hear of [...(listeners.get(kind) ?? [])]) hear(message[kind]);
    });
  };

  server.addService(readService(workerFile), { eventStream });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    uri: `http://127.0.0.1:${port}`,
    channel: opened.promise,
    stop: () => server.forceShutdown(),
  };
}
