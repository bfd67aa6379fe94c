import { createHmac } from "node:crypto";
import { once } from "node:events";
import rhea, { type EventContext } from "rhea";
import { onTestFinished } from "vitest";
import * as z from "zod";
import type { LocalBus } from "../../../infra/local/bus/start.ts";

/** What the JavaScript SDK never does, spoken in plain AMQP: as the SDKs of other languages do it, or no SDK at all. */

/** A connection that has not signed in. */
export function attempt(local: LocalBus, options: Fields = {}) {
  const connection = rhea
    .create_container()
    .connect({ host: "127.0.0.1", port: local.port, reconnect: false, ...options });
  // The trouble is looked at on its link.
  for (const event of ["disconnected", "connection_error"]) connection.on(event, () => {});
  onTestFinished(() => connection.close());
  return connection;
}
export type Connection = ReturnType<typeof attempt>;

/** A connection that has put a token for that entity. */
export async function signedIn(local: LocalBus, entity: string, options: Fields = {}) {
  const connection = attempt(local, options);
  await request(connection, "$cbs", token(local, entity));
  return connection;
}

export type Fields = Readonly<Record<string, unknown>>;

/** One request and its whole reply. */
export async function ask(connection: Connection, node: string, message: Fields): Promise<Reply> {
  const replyTo = `reply-to-${node}`;
  const receiver = connection.open_receiver({
    source: { address: node },
    target: { address: replyTo },
  });
  const sender = connection.open_sender(node);
  await Promise.all([once(receiver, "receiver_open"), once(sender, "sendable")]);
  const answered = once(receiver, "message");
  const fields = { message_id: "1", reply_to: replyTo, ...message };
  sender.send(rhea.message.encode(fields), "1", 0);
  const [context]: EventContext[] = await answered;
  return reply.parse({ ...context?.message });
}

const reply = z.object({
  correlation_id: z.unknown(),
  application_properties: z.record(z.string(), z.unknown()),
  body: z.unknown(),
});
export type Reply = z.infer<typeof reply>;

/** One request and the body of its reply. */
export async function request(connection: Connection, node: string, message: Fields) {
  return (await ask(connection, node, message)).body;
}

interface Outcomes {
  accepted(): Described;
  released(): Described;
  modified(fields: Fields): Described;
  rejected(fields: Fields): Described;
}
interface Described {
  described(): unknown;
}

/** rhea has them, but does not declare them. */
export const outcomes: Outcomes = Object.assign(Object.create(null), rhea.message);

const told = z.object({ condition: z.string(), description: z.string().nullish() });

/** What a link was told when it was refused or ended. */
export function troubleOf(link: { error?: unknown }) {
  return told.parse(link.error);
}

/** The `put-token` request for an entity. */
export function token(
  local: LocalBus,
  entity: string,
  { seconds = 60, type = "servicebus.windows.net:sastoken" } = {},
) {
  const { ServiceBusConnection } = local.settings;
  const value = (name: string) => new RegExp(`${name}=([^;]+)`).exec(ServiceBusConnection)?.[1];
  const name = `${value("Endpoint")}/${entity}`;
  const signed = `${encodeURIComponent(name)}\n${Math.floor(Date.now() / 1_000) + seconds}`;
  const [sr, se] = signed.split("\n");
  const sig = createHmac("sha256", value("SharedAccessKey") ?? "")
    .update(signed)
    .digest("base64");
  const key = value("SharedAccessKeyName");
  return {
    application_properties: { operation: "put-token", name, type },
    body: `SharedAccessSignature sr=${sr}&sig=${encodeURIComponent(sig)}&se=${se}&skn=${key}`,
  };
}
