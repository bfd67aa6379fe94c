import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { TableClient } from "@azure/data-tables";
import Provider from "oidc-provider";
import * as z from "zod";
import { childInput } from "./run-child.ts";

/** `oidc-provider` with dynamic client registration open to all, on plain http and a table: one row for each model instance. */
const { tables } = childInput(z.object({ tables: z.string() }));
const client = TableClient.fromConnectionString(tables, "oidc", { allowInsecureConnection: true });
await client.createTable();

class TableAdapter {
  readonly #model: string;
  constructor(model: string) {
    this.#model = model;
  }
  async upsert(id: string, payload: object): Promise<void> {
    await client.upsertEntity(
      { partitionKey: this.#model, rowKey: id, payload: JSON.stringify(payload) },
      "Replace",
    );
  }
  async find(id: string): Promise<object | undefined> {
    const found = await client.getEntity(this.#model, id).catch(() => undefined);
    return found && JSON.parse(String(found["payload"]));
  }
  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async consume(): Promise<void> {}
  async destroy(id: string): Promise<void> {
    await client.deleteEntity(this.#model, id);
  }
  async revokeByGrantId(): Promise<void> {}
}

const provider = new Provider("http://127.0.0.1", {
  adapter: TableAdapter,
  features: {
    clientCredentials: { enabled: true },
    registration: { enabled: true },
    devInteractions: { enabled: false },
  },
});
const server = createServer(provider.callback()).listen(0, "127.0.0.1");
await once(server, "listening");
process.send?.({ port: (server.address() as AddressInfo).port });
