import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type {
  FunctionMetadata,
  HttpData,
  InvocationRequest,
  TypedData,
} from "../../infra/local/host/core-types.ts";
import type { LogLine, ServedFunction, StartEngine } from "../../infra/local/host/engine.ts";
import { InvocationResponse, MetadataResponse, RawBinding, RpcLog } from "./rpc-messages.ts";
import { type Channel, serveWorker } from "./rpc-server.ts";

const HOST_VERSION = "4.1042.100";
const MAX_MESSAGE = String(2 ** 31 - 1);

/** What the host says of an empty value is kept: the worker asks for nullable values (`UseNullableValueDictionaryForHttp`). */
const nullable = (values: Record<string, string> | null | undefined) =>
  Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, { value }]));

const toRpcHttp = ({ method, url, headers, params, query, body }: HttpData) => ({
  method,
  url,
  nullableHeaders: nullable(headers),
  nullableParams: nullable(params),
  nullableQuery: nullable(query),
  ...(body && { body }),
});

const toRpcData = (data: TypedData) => (data.http ? { http: toRpcHttp(data.http) } : data);

function readFunctions(response: unknown): Map<string, ServedFunction> {
  const { result, functionMetadataResults } = MetadataResponse.parse(response);
  if (result.status !== "Success") throw new Error(result.exception?.message ?? "No metadata.");
  return new Map(
    functionMetadataResults.map(({ name, functionId, rawBindings }) => {
      const bindings = rawBindings.map((text) => RawBinding.parse(JSON.parse(text)));
      const metadata: FunctionMetadata = {
        name,
        functionId,
        bindings: Object.fromEntries(bindings.map(({ name: key, ...binding }) => [key, binding])),
      };
      return [name, { metadata }];
    }),
  );
}

/** What the application writes to its console, as it is; the worker's own lines begin with a mark. */
function repeat(line: string): void {
  if (!line.startsWith("LanguageWorkerConsoleLog")) process.stdout.write(`${line}\n`);
}

async function invoke(
  channel: Channel,
  request: InvocationRequest,
  answers: Map<string, (answer: unknown) => void>,
): Promise<{ returnValue: { http: HttpData | null } | null }> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  answers.set(request.invocationId, resolve);
  channel.send({
    invocationRequest: {
      ...request,
      inputData: request.inputData.map(({ name, data }) => ({ name, data: toRpcData(data) })),
    },
  });
  const { result, returnValue } = InvocationResponse.parse(await promise);
  if (result.status !== "Success") {
    const { message = "The function failed.", stackTrace } = result.exception ?? {};
    throw Object.assign(new Error(message), stackTrace && { stack: `${message}\n${stackTrace}` });
  }
  return { returnValue: returnValue?.http ? { http: returnValue.http as HttpData } : null };
}

/**
 * Microsoft's own Node worker, in a process of its own, with a stand-in for the gRPC side of Azure's host. In the place of
 * `startInProcess` behind the local host's front.
 *
 * @throws what the worker says when the application cannot be loaded
 */
export const startWorker: StartEngine = async (folder, log) => {
  const workerFile = process.env["FUNCTIONS_WORKER"] ?? "";
  const rpc = await serveWorker(workerFile);
  const worker = fork(
    join(import.meta.dirname, "worker-process.ts"),
    [
      ...["--functions-uri", rpc.uri, "--functions-worker-id", randomUUID()],
      ...["--functions-request-id", randomUUID()],
      ...["--functions-grpc-max-message-length", MAX_MESSAGE],
    ],
    { cwd: folder, stdio: ["ignore", "pipe", "pipe", "ipc"] },
  );
  const exited = once(worker, "exit");
  for (const stream of [worker.stdout, worker.stderr]) {
    if (stream) createInterface({ input: stream }).on("line", repeat);
  }
  const ready = await Promise.race([rpc.channel, exited.then(() => undefined)]);
  if (!ready) throw new Error("The worker ended before it had connected.");

  const lines = new Map<string, LogLine>();
  const answers = new Map<string, (answer: unknown) => void>();
  ready.on("rpcLog", (raw) => {
    const { invocationId, level, message, logCategory } = RpcLog.parse(raw);
    if (logCategory === "System" && !["warning", "error", "critical"].includes(level)) return;
    const write = lines.get(invocationId) ?? ((at, text) => log.write(at, text));
    write(level, message);
  });
  ready.on("invocationResponse", (raw) => {
    answers.get(InvocationResponse.parse(raw).invocationId)?.(raw);
  });

  const initialized = ready.next("workerInitResponse");
  ready.send({ workerInitRequest: { hostVersion: HOST_VERSION, functionAppDirectory: folder } });
  await initialized;
  const described = ready.next("functionMetadataResponse");
  ready.send({ functionsMetadataRequest: { functionAppDirectory: folder } });
  const functions = readFunctions(await described);
  if (functions.size === 0) throw new Error("No job functions found.");

  return {
    functions,
    invoke: async (_served, request, line) => {
      lines.set(request.invocationId, line);
      try {
        return await invoke(ready, request, answers);
      } finally {
        answers.delete(request.invocationId);
        lines.delete(request.invocationId);
      }
    },
    terminate: async () => {
      ready.send({ workerTerminate: { gracePeriod: { seconds: 5 } } });
      await exited;
      rpc.stop();
    },
  };
};
