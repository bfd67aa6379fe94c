// A customer's program, on the types that openapi-typescript has made of the service's OpenAPI document, and on openapi-fetch.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./schema.ts";

const { SERVER = "", TOKEN = "" } = process.env;
const api = createClient<paths>({ baseUrl: SERVER, headers: { authorization: `Bearer ${TOKEN}` } });

const made = await api.POST("/api/clients", {
  params: { header: { "Idempotency-Key": "typescript-story" } },
  body: { displayName: "TypeScript", roles: ["api.read"] },
});
assert(made.data, JSON.stringify(made.error));
const path = { id: made.data.id };

const secret = await api.POST("/api/clients/{id}/secrets", {
  params: { path },
  body: { displayName: "Production" },
});
assert(secret.data?.secretText, JSON.stringify(secret.error));

const listed = await api.GET("/api/clients", { params: { query: { limit: 1 } } });
assert.equal(listed.data?.items.length, 1);

const etag = made.response.headers.get("etag") ?? "";
const rename = (displayName: string) =>
  api.PATCH("/api/clients/{id}", {
    params: { path, header: { "If-Match": etag } },
    body: { displayName },
  });
assert.equal((await rename("TypeScript 2")).response.status, 204);
const { error } = await rename("TypeScript 3");
assert.equal(error?.type, "/problems/precondition-failed");

const deleted = await api.DELETE("/api/clients/{id}", { params: { path } });
assert.equal(deleted.response.status, 204);
