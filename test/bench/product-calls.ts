import { randomUUID } from "node:crypto";
import * as z from "zod";

const Created = z.looseObject({ id: z.guid() });
const Added = z.looseObject({ keyId: z.guid() });
const Page = z.object({ items: z.array(z.looseObject({ id: z.guid() })) });

export type ProductCalls = ReturnType<typeof productCalls>;

/** The service's operations as a customer calls them, over http. POSTs carry an `Idempotency-Key`, as a careful customer's do. */
export function productCalls(api: string, token: string) {
  const ask = async (method: string, path: string, expected: number, body?: unknown) => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(method === "POST" && { "idempotency-key": randomUUID() }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status !== expected)
      throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  };
  return {
    create: async () =>
      Created.parse(await ask("POST", "/clients", 201, { displayName: "Bench" })).id,
    list: async (limit: number) =>
      Page.parse(await ask("GET", `/clients?limit=${limit}`, 200)).items.length,
    get: async (id: string) => {
      await ask("GET", `/clients/${id}`, 200);
    },
    rename: async (id: string) => {
      await ask("PATCH", `/clients/${id}`, 204, { displayName: `Bench ${randomUUID()}` });
    },
    remove: async (id: string) => {
      await ask("DELETE", `/clients/${id}`, 204);
    },
    addSecret: async (id: string) =>
      Added.parse(await ask("POST", `/clients/${id}/secrets`, 201, { displayName: "Bench" })).keyId,
    removeSecret: async (id: string, keyId: string) => {
      await ask("DELETE", `/clients/${id}/secrets/${keyId}`, 204);
    },
  };
}
