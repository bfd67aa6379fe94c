import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { problemTypes } from "../../../functions/edge/problem-types.ts";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Api, openApi } from "../../support/api.ts";
import { compileSchema } from "../../support/openapi-check.ts";
import { registrationsOf } from "../../support/registrations.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
});

/** What answers a browser, explains a problem, or whoever has the address wrong. */
const NO_OPERATION = (name: string) =>
  [
    "calendar",
    "problems",
    "unsubscribe",
    "zz-api-preflight",
    "zz-api-unrouted",
    "zz-portal",
  ].includes(name);
/** What only an address can answer that is not in the document. */
const NO_OPERATION_ANSWERS = ["no-such-route", "method-not-allowed"];

const operations = () =>
  Object.entries(api.document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

/** The types of each choice that a schema leaves, however deep, but for null. */
function choicesIn(schema: unknown): unknown[][] {
  if (typeof schema !== "object" || schema === null) return [];
  const { type, anyOf, oneOf } = schema as Record<string, unknown>;
  const types = [type, anyOf, oneOf]
    .flat()
    .map((one) => (one && typeof one === "object" ? (one as { type?: unknown }).type : one))
    .filter((one) => one !== undefined && one !== "null");
  return [types, ...Object.values(schema).flatMap(choicesIn)];
}

describe("the OpenAPI document", () => {
  test("is OpenAPI 3.1 with paths and components", () => {
    expect(api.document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(Object.keys(api.document.paths).every((path) => path.startsWith("/api/"))).toBe(true);
  });

  test("holds every route that is registered, and no other", async () => {
    const registered = (await registrationsOf(cloud))
      .filter(({ type, name }) => type === "httpTrigger" && !NO_OPERATION(name))
      .flatMap(({ methods, route }) =>
        // HEAD is GET without the body: its description says so, once for all.
        methods.filter((method) => method !== "HEAD").map((method) => `${method} /${route}`),
      );

    const documented = operations().map(({ method, path }) => `${method.toUpperCase()} ${path}`);

    expect(documented.sort()).toEqual(registered.sort());
  });

  test("names each operation once: a verb and what it is done to", () => {
    const documented = operations().map(({ operation }) => operation.operationId);

    expect(new Set(documented).size).toBe(documented.length);
    expect(documented.filter((name) => !/^[a-z]+([A-Z][a-z]+)+$/.test(name))).toEqual([]);
  });

  test("has no schema whose name meets another's constructor", () => {
    const names = Object.keys(api.document.components.schemas);

    // Generated Go has a type `Client` of its own and a function `NewX` for each schema `X`.
    expect(names).not.toContain("Client");
    expect(names.filter((name) => names.includes(`New${name}`))).toEqual([]);
  });

  test("names the enum of a set, and says what stands for one that is left out", () => {
    // What openapi-generator makes of `CreateClientRequest` in Java would neither compile nor be taken otherwise.
    expect(api.document.components.schemas["CreateClientRequest"]).toMatchObject({
      properties: {
        roles: {
          uniqueItems: true,
          items: { $ref: "#/components/schemas/ClientRole" },
          default: ["api.read", "api.write"],
        },
      },
    });
  });

  test("says of what may be null that it may, and how many of several members are taken", () => {
    // NSwag for C# makes an empty class of a choice between a time and null.
    expect(api.document.components.schemas["RescheduleSecretRequest"]).toMatchObject({
      minProperties: 1,
      maxProperties: 1,
      properties: { retiresAt: { type: ["string", "null"], format: "date-time", maxLength: 40 } },
    });
  });

  test("has no choice between one value and a list", () => {
    // What openapi-generator makes of it in Java does not compile: a class of the name of `List<String>`.
    const choices = Object.entries(api.document.components.schemas)
      .flatMap(([name, schema]) => choicesIn(schema).map((types) => ({ name, types })))
      .filter(({ types }) => types.includes("array") && types.length > 1);

    expect(choices).toEqual([]);
  });

  test("shows examples of requests and answers that are as it says", () => {
    const contents = operations().flatMap(({ operation }) => {
      const { operationId, requestBody, responses } = operation;
      return [requestBody, ...Object.values(responses)].flatMap((shown) =>
        Object.values(shown?.content ?? {}).map((media) => ({ operationId, ...media })),
      );
    });

    for (const { operationId, schema, example, examples } of contents) {
      const named = Object.values(examples ?? {}).map(
        ({ $ref = "", value }) =>
          value ?? api.document.components.examples[$ref.split("/").at(-1) ?? ""]?.value,
      );
      const shown = examples ? named : [example];
      for (const one of shown) {
        const validate = compileSchema(api.document, schema);
        expect(validate(one), `${operationId}: ${JSON.stringify(validate.errors)}`).toBe(true);
      }
    }
    expect(contents.length).toBeGreaterThan(100);
  });

  test("lets every POST, and nothing else, be repeated under an Idempotency-Key", () => {
    const methods = operations().map(({ method, operation }) => ({
      method,
      keyed: operation.parameters.some(({ name }) => name === "Idempotency-Key"),
    }));

    expect(methods.filter(({ method, keyed }) => keyed !== (method === "post"))).toEqual([]);
  });

  test("holds every problem type that a route has, and no other", () => {
    const documented = operations().flatMap(({ operation }) =>
      Object.values(operation.responses).flatMap((response) => response["x-problem-types"] ?? []),
    );

    const known = Object.keys(problemTypes)
      .filter((type) => !NO_OPERATION_ANSWERS.includes(type))
      .map((type) => `/problems/${type}`);
    expect([...new Set(documented)].sort()).toEqual(known.sort());
  });

  test("lists for each operation what any like it can be refused with", () => {
    const missing = operations().flatMap(({ operation }) => {
      const { operationId, responses } = operation;
      const isOpen = Array.isArray(operation["security"]) && operation["security"].length === 0;
      const wanted = [
        ...["invalid-request", "internal-error", "unavailable"],
        // The directory refuses a read as it refuses a change.
        ...(isOpen ? [] : ["unauthenticated", "client-not-managed", "directory-refused"]),
      ];
      const listed = Object.values(responses).flatMap(({ content = {} }) =>
        Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples)),
      );
      return wanted
        .filter((type) => !listed.includes(type))
        .map((type) => `${operationId}: ${type}`);
    });

    expect(missing).toEqual([]);
  });

  test("has schemas that are JSON Schema 2020-12, all of them and without a loose end", () => {
    const ajv = new Ajv2020();
    const schemas = Object.entries(api.document.components.schemas);

    for (const [name, schema] of schemas) {
      expect(ajv.validateSchema(schema), name).toBe(true);
      expect(() => compileSchema(api.document, schema), name).not.toThrow();
    }

    expect(schemas.length).toBeGreaterThan(5);
  });

  test("refers to schemas that exist, and to each one", () => {
    const text = JSON.stringify(api.document);
    const referred = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);

    const defined = Object.keys(api.document.components.schemas);
    expect([...new Set(referred)].sort()).toEqual(defined.sort());
  });

  test("asks for a token on everything but health and the documents themselves", () => {
    const open = operations()
      .filter(({ operation }) => JSON.stringify(operation["security"]) === "[]")
      .map(({ path }) => path);

    expect(open.filter((path) => !/^\/api\/(health\/|[a-z]+\.json$)/.test(path))).toEqual([]);
  });
});
