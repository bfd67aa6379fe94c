import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ServiceBusClient } from "@azure/service-bus";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { readTopology } from "../../../infra/topology.ts";
import { rows } from "../../faults/support/found.ts";

/** Everything a whole run has left anywhere, as text, by where it is. */

const PEEKED = 5_000;

async function messages({ addresses }: Cloud): Promise<Map<string, string>> {
  const { queues, topics } = readTopology();
  const client = new ServiceBusClient(addresses.serviceBus);
  const found = new Map<string, string>();
  for (const subQueueType of [undefined, "deadLetter"] as const) {
    const options = subQueueType ? { subQueueType } : {};
    const receivers = [
      ...queues.map(({ name }) => client.createReceiver(name, options)),
      ...topics.flatMap(({ name, subscriptions }) =>
        subscriptions.map((one) => client.createReceiver(name, one.name, options)),
      ),
    ];
    for (const receiver of receivers) {
      const peeked = await receiver.peekMessages(PEEKED);
      const text = peeked.map(
        ({ body, applicationProperties, subject, messageId, correlationId }) =>
          JSON.stringify({ body, applicationProperties, subject, messageId, correlationId }),
      );
      found.set(`bus ${receiver.entityPath}`, text.join("\n"));
      await receiver.close();
    }
  }
  await client.close();
  return found;
}

async function files(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(name)] as const)),
  );
}

/** Of a cloud that runs: rows, messages and alerts. */
export async function collectLive(cloud: Cloud): Promise<Map<string, Buffer>> {
  const evidence = new Map<string, Buffer>();
  for (const table of readTopology().tables)
    evidence.set(`table ${table}`, Buffer.from(JSON.stringify(await rows(cloud, table))));
  evidence.set("inbox", Buffer.from(JSON.stringify(cloud.inbox.alerts())));
  for (const [where, text] of await messages(cloud)) evidence.set(where, Buffer.from(text));
  return evidence;
}

/** Of one that has stopped and so has written everything: every file, by its path. */
export async function collectFiles(folders: readonly string[]): Promise<Map<string, Buffer>> {
  const found = await Promise.all(folders.map(files));
  return new Map(found.flatMap((one) => [...one]));
}

/** The forms in which a text could have been written down: as it is, in Base64 at any offset, in a URL, in JSON, as hex. */
export function formsOf(text: string): string[] {
  const base64 = [0, 1, 2].flatMap((offset) => {
    // What an encoder makes of the text with other bytes before and after it, less the characters those bytes share.
    const encoded = Buffer.from(`${"x".repeat(offset)}${text}`).toString("base64");
    const inner = encoded.slice(offset === 0 ? 0 : offset + 1, -4);
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const forms = [
    text,
    ...base64,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString("hex"),
    Buffer.from(text, "utf16le").toString("latin1"),
  ];
  return [...new Set(forms)].filter((form) => form.length >= 12);
}

export interface Leak {
  readonly where: string;
  readonly what: string;
}

/** @param secrets by a name under which they may be spoken of */
export function leaks(
  evidence: ReadonlyMap<string, Buffer>,
  secrets: ReadonlyMap<string, string>,
): Leak[] {
  return [...evidence].flatMap(([where, bytes]) => {
    const text = bytes.toString("latin1");
    return [...secrets].flatMap(([what, secret]) =>
      formsOf(secret).some((form) => text.includes(Buffer.from(form).toString("latin1")))
        ? [{ where, what }]
        : [],
    );
  });
}
