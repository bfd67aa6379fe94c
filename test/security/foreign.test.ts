import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { type Api, type ApiCaller, problemOf, refusalOf } from "../support/api.ts";
import { aPem } from "../support/certificates.ts";
import { entraHost } from "../support/entra-host.ts";
import { costOf } from "../support/log-lines.ts";
import { makeClient, makeFederated, makeSecret } from "../support/make.ts";
import type { SeenAnswer } from "../support/openapi-check.ts";
import { registrationsOf } from "../support/registrations.ts";
import { newId } from "../support/samples.ts";
import { sharedCloud } from "../support/shared-cloud.ts";

/** Whoever guesses ids learns nothing: not from the answer, not from what it costs, not from how long it takes. */

const ROUNDS = 15;
/** Medians of the same work on a busy machine differ by less; work that tells them apart, a directory call, is far above. */
const NOISE_MS = 10;

const A_PEM = aPem();

let cloud: Cloud;
let api: Api;
let ann: ApiCaller;
let bob: ApiCaller;
let annsClient: string;
let annsKeyId: string;
let annsCredentialId: string;
let deleted: string;

interface Target {
  readonly operationId: string;
  /** Name of the function. */
  readonly route: string | undefined;
  readonly method: string;
  readonly template: string;
  readonly takesBody: boolean;
}
let targets: Target[];

beforeAll(async () => {
  cloud = await sharedCloud();
  api = await entraHost(cloud);
  [ann, bob] = [await api.customer(), await api.customer()];
  annsClient = (await makeClient(ann.call)).id;
  annsKeyId = (await makeSecret(ann.call, annsClient)).keyId;
  annsCredentialId = (await makeFederated(ann.call, annsClient)).id;
  deleted = (await makeClient(ann.call)).id;
  await ann.call("DELETE", `/clients/${deleted}`);
  await makeClient(bob.call);
  const functions = await registrationsOf(cloud);
  targets = Object.entries(api.document.paths)
    .filter(([template]) => template.startsWith("/api/clients/{id}"))
    .flatMap(([template, byMethod]) =>
      Object.entries(byMethod).map(([method, { operationId, requestBody }]) => ({
        operationId,
        route: functions.find(
          ({ route, methods }) =>
            `/${route}` === template && methods.includes(method.toUpperCase()),
        )?.name,
        method: method.toUpperCase(),
        template: template.replace("/api", ""),
        takesBody: requestBody !== undefined,
      })),
    );
});

/** What each route takes, so that it is the client that is refused and not the body. */
function bodyOf({ method, template }: Target): object {
  if (method === "PATCH" && template.endsWith("/{keyId}")) return { retiresAt: null };
  if (template.includes("/certificates")) return { certificate: A_PEM };
  if (template.endsWith("/federated-credentials"))
    return { name: "mine-now", issuer: "https://issuer.example", subject: "bob" };
  if (template.endsWith("/dry-run"))
    return { claims: { iss: "https://issuer.example", sub: "bob", aud: "x" } };
  if (template.endsWith("/suspend")) return { reason: "Mine now" };
  return template.endsWith("/watch") ? {} : { displayName: "Mine now" };
}

const pathOf = ({ template }: Target, id: string): string =>
  template
    .replace("{id}", id)
    .replace("{keyId}", annsKeyId)
    .replace("{credentialId}", annsCredentialId);

const askFor = (target: Target, id: string): Promise<SeenAnswer> =>
  bob.call(target.method, pathOf(target, id), {
    ...(target.takesBody && { json: bodyOf(target) }),
    headers: {
      "if-match": `"${id}.1"`,
      ...(target.method === "POST" && { "idempotency-key": newId() }),
    },
  });

const shown = (answer: SeenAnswer) => ({
  status: answer.status,
  headers: [...answer.headers].filter(
    ([name]) => name !== "date" && name !== "request-id" && name !== "ratelimit",
  ),
  body: { ...problemOf(answer), instance: "" },
});
const median = (numbers: number[]): number =>
  numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

describe("another subscription's client", () => {
  test("is, on every route, one that does not exist: same answer, same work, no directory call", async () => {
    cloud.directory.resetRequests();

    for (const target of targets) {
      const answers = await Promise.all(
        [annsClient, annsClient.toUpperCase(), deleted, newId()].map((id) => askFor(target, id)),
      );
      const costs = await costOf(cloud, answers);

      const [first, ...others] = answers.map(shown);
      expect(refusalOf(answers[0] ?? expect.fail())).toBe("404 not-found");
      for (const other of others) expect(other).toEqual(first);
      expect(new Set(costs.map((cost) => JSON.stringify(cost))).size).toBe(1);
      expect(costs[0]).toMatchObject({ route: target.route, directoryCalls: 0 });
    }

    expect(cloud.directory.requests()).toEqual([]);
    expect(targets.length).toBeGreaterThanOrEqual(5);
  });

  test("takes as long as one that does not exist", async () => {
    const times = new Map<string, { foreign: number[]; unknown: number[] }>();
    const timed = async (target: Target, id: string): Promise<number> => {
      const startedAt = performance.now();
      await askFor(target, id);
      return performance.now() - startedAt;
    };

    for (let round = 0; round < ROUNDS; round += 1) {
      for (const target of targets) {
        const seen = times.get(target.operationId) ?? { foreign: [], unknown: [] };
        times.set(target.operationId, seen);
        // Which comes first changes, so that neither always finds the other's trail warm.
        const order =
          round % 2 ? (["foreign", "unknown"] as const) : (["unknown", "foreign"] as const);
        for (const kind of order)
          seen[kind].push(await timed(target, kind === "foreign" ? annsClient : newId()));
      }
    }

    const medians = [...times].map(([operationId, { foreign, unknown }]) => ({
      operationId,
      // Of neighbours in time: what else the machine does hits the one as often as the other.
      apartMs: median(foreign.map((tookMs, at) => tookMs - (unknown[at] ?? Number.NaN))),
      foreignMs: median(foreign),
      unknownMs: median(unknown),
    }));
    const apart = medians.filter(
      ({ apartMs, foreignMs, unknownMs }) =>
        Math.abs(apartMs) > Math.max(NOISE_MS, Math.min(foreignMs, unknownMs)),
    );
    expect(apart).toEqual([]);
  });

  test("was left as it is", async () => {
    const answer = await ann.call("GET", `/clients/${annsClient}`);

    expect(answer.headers.get("etag")).toMatch(new RegExp(`^"${annsClient}\\.1\\.`));
    expect(answer.body).toMatchObject({ displayName: "A client", secrets: [{ keyId: annsKeyId }] });
  });
});

describe("another client's secret", () => {
  test("cannot be removed through a client of one's own", async () => {
    const own = await makeClient(bob.call);

    const foreign = await bob.call("DELETE", `/clients/${own.id}/secrets/${annsKeyId}`);
    const unknown = await bob.call("DELETE", `/clients/${own.id}/secrets/${newId()}`);

    expect(refusalOf(foreign)).toBe("404 secret-not-found");
    expect(shown(foreign)).toEqual(shown(unknown));
  });
});

describe("another client's federated credential", () => {
  test("cannot be removed through a client of one's own", async () => {
    const own = await makeClient(bob.call);
    const path = `/clients/${own.id}/federated-credentials`;

    const foreign = await bob.call("DELETE", `${path}/${annsCredentialId}`);
    const unknown = await bob.call("DELETE", `${path}/${newId()}`);

    expect(refusalOf(foreign)).toBe("404 federated-not-found");
    expect(shown(foreign)).toEqual(shown(unknown));
  });
});

describe("an id that is none", () => {
  test.each(["x", "..", "%2e%2e", "null", "0", "client:1", "%00", "a%2Fb", "{id}", "%F0%9F%94%91"])(
    "names nothing: %s",
    async (id) => {
      const answers = await Promise.all(
        targets
          .filter(({ template }) => template === "/clients/{id}")
          .map(({ method, takesBody }) =>
            fetch(`${cloud.addresses.api}/clients/${id}`, {
              method,
              headers: {
                authorization: `Bearer ${bob.token}`,
                "content-type": "application/json",
              },
              ...(takesBody && { body: '{"displayName":"x"}' }),
            }),
          ),
      );

      // An address that no server takes never reaches the service.
      const refused = id === "%00" ? [400, 404] : [404];
      expect(
        answers.map(({ status }) => status).filter((status) => !refused.includes(status)),
      ).toEqual([]);
    },
  );
});
