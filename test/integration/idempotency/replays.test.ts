import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { problemOf, refusalOf } from "../../support/api.ts";
import { startTestCloud } from "../../support/cloud.ts";
import { eventually } from "../../support/eventually.ts";
import { createGateTap } from "../../support/gate-tap.ts";
import { clientOf, clientsOf, makeClient, secretOf } from "../../support/make.ts";
import type { SeenAnswer } from "../../support/openapi-check.ts";
import { newId } from "../../support/samples.ts";
import { customerAtEachHost } from "../../support/two-hosts.ts";

const RECONCILE_AFTER_MS = 6_000;

const gates = createGateTap();
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startTestCloud({
    tap: gates,
    hosts: 2,
    environment: {
      RECONCILE_AFTER: `PT${RECONCILE_AFTER_MS / 1000}S`,
      RECONCILE_SCHEDULE: "0 0 0 1 1 *",
    },
  });
});

const under = (key: string, displayName = "Once") => ({
  json: { displayName },
  headers: { "idempotency-key": key },
});
/** What tells two answers apart that are otherwise the same. */
const UNLIKE = ["date", "request-id", "ratelimit", "idempotent-replayed"];
const shown = ({ status, headers, body }: SeenAnswer) => ({
  status,
  body,
  headers: [...headers].filter(([name]) => !UNLIKE.includes(name)),
});
const retryAfter = ({ headers }: SeenAnswer) => Number(headers.get("retry-after"));
const untilAbandoned = async (): Promise<void> => {
  const ripe = Date.now() + RECONCILE_AFTER_MS;
  await eventually(
    () => Date.now(),
    (now) => now > ripe,
  );
};
const reconcile = () => cloud.hosts[0]?.runNow("reconcile");

describe("a create asked for again under its key", () => {
  test("gets the first answer, to the letter, whatever has become of the client since", async () => {
    const [ann] = await customerAtEachHost(cloud);
    const request = under(newId());
    const first = await ann.call("POST", "/clients", request);
    const path = `/clients/${clientOf(first).id}`;

    await ann.call("PATCH", path, { json: { displayName: "Renamed" } });
    await ann.call("POST", `${path}/secrets`, { json: { displayName: "A secret" } });
    const afterChange = await ann.call("POST", "/clients", request);
    await ann.call("DELETE", path);
    const afterRemoval = await ann.call("POST", "/clients", request);

    expect(shown(afterChange)).toEqual(shown(first));
    const marks = [first, afterChange, afterRemoval].map(({ headers }) =>
      headers.get("idempotent-replayed"),
    );
    expect(marks).toEqual([null, "true", "true"]);
    expect(shown(afterRemoval)).toEqual(shown(first));
    expect(clientsOf(await ann.call("GET", "/clients")).items).toEqual([]);
  });

  test("while the first is under way elsewhere, is told to come back soon, and then gets its answer", async () => {
    const [here, there] = await customerAtEachHost(cloud);
    const request = under(newId());
    const gate = gates.hold("POST /applications");

    const first = here.call("POST", "/clients", request);
    await gate.reached;
    const meanwhile = await there.call("POST", "/clients", request);
    gate.open();
    const answer = await first;
    const later = await there.call("POST", "/clients", request);

    expect(refusalOf(meanwhile)).toBe("409 request-in-progress");
    expect(retryAfter(meanwhile)).toBeLessThanOrEqual(RECONCILE_AFTER_MS / 2_000);
    expect(retryAfter(meanwhile)).toBeGreaterThanOrEqual(1);
    expect(shown(later)).toEqual(shown(answer));
    expect(clientsOf(await here.call("GET", "/clients")).items).toHaveLength(1);
  });

  test("while the first is being finished by the reconciler, gets its client, and there is one", async () => {
    const [here, there] = await customerAtEachHost(cloud);
    const request = under(newId(), `Lost ${newId()}`);
    await cloud.setFaults({ directory: { cutAfterCommit: { share: 1 }, createLagMs: 60_000 } });
    const lost = await here.call("POST", "/clients", request);
    const tooSoon = await there.call("POST", "/clients", request);
    await cloud.setFaults({ directory: { latencyMs: 100 } });
    await untilAbandoned();

    // Both hosts at once, and the reconciler on one of them.
    const [, ...answers] = await Promise.all([
      reconcile(),
      here.call("POST", "/clients", request),
      there.call("POST", "/clients", request),
    ]);
    await cloud.setFaults({});
    const last = await here.call("POST", "/clients", request);

    expect(refusalOf(lost)).toBe("503 unavailable");
    expect(refusalOf(tooSoon)).toBe("409 request-in-progress");
    for (const answer of answers) expect([201, 409]).toContain(answer.status);
    expect(last.status).toBe(201);
    const { items } = clientsOf(await there.call("GET", "/clients"));
    expect(items.map(({ id }) => id)).toEqual([clientOf(last).id]);
    for (const answer of answers) if (answer.status === 201) expect(answer.body).toEqual(last.body);
  });

  test("whose first attempt did nothing, is simply done", async () => {
    const [here] = await customerAtEachHost(cloud);
    const request = under(newId());
    await cloud.setFaults({ directory: { throttle: { share: 1, retryAfterSeconds: 30 } } });
    const throttled = await here.call("POST", "/clients", request);
    await cloud.setFaults({});

    const done = await here.call("POST", "/clients", request);

    expect(refusalOf(throttled)).toBe("429 directory-throttled");
    expect(retryAfter(throttled)).toBe(30);
    expect(done.status).toBe(201);
  });
});

describe("a secret asked for again under its key", () => {
  test("at once on two hosts, is made once", async () => {
    const [here, there] = await customerAtEachHost(cloud);
    const client = await makeClient(here.call);
    const request = under(newId());
    const path = `/clients/${client.id}/secrets`;
    const gate = gates.hold("POST /applications/{id}/addPassword");

    const first = here.call("POST", path, request);
    await gate.reached;
    const second = there.call("POST", path, request);
    gate.open();
    const made = secretOf(await first);
    const answer = await second;
    const later = await there.call("POST", path, request);

    expect(["409 request-in-progress", "409 secret-value-already-returned"]).toContain(
      refusalOf(answer),
    );
    if (refusalOf(answer) === "409 request-in-progress")
      expect(retryAfter(answer)).toBeGreaterThanOrEqual(1);
    expect(refusalOf(later)).toBe("409 secret-value-already-returned");
    expect(problemOf(later).keyId).toBe(made.keyId);
    const { secrets } = clientOf(await here.call("GET", `/clients/${client.id}`));
    expect(secrets.map(({ keyId }) => keyId)).toEqual([made.keyId]);
  });

  test("after its first answer was lost, is made anew once the first has been taken back", async () => {
    const [here] = await customerAtEachHost(cloud);
    const client = await makeClient(here.call);
    const request = under(newId());
    const path = `/clients/${client.id}/secrets`;
    await cloud.setFaults({ directory: { cutAfterCommit: { share: 1 } } });
    const lost = await here.call("POST", path, request);
    await cloud.setFaults({});
    const tooSoon = await here.call("POST", path, request);
    await untilAbandoned();
    await reconcile();

    // The other host's own run may have taken it up a moment before: then it is that one that takes the first back.
    const answer = await eventually(
      () => here.call("POST", path, request),
      (it) => refusalOf(it) !== "409 request-in-progress",
    );
    const again = secretOf(answer);

    expect(refusalOf(lost)).toBe("503 unavailable");
    expect(refusalOf(tooSoon)).toBe("409 request-in-progress");
    const { secrets } = clientOf(await here.call("GET", `/clients/${client.id}`));
    expect(secrets.map(({ keyId }) => keyId)).toEqual([again.keyId]);
  });

  test("after it was removed, is still refused: its value has been shown", async () => {
    const [here] = await customerAtEachHost(cloud);
    const client = await makeClient(here.call);
    const request = under(newId());
    const path = `/clients/${client.id}/secrets`;
    const { keyId } = secretOf(await here.call("POST", path, request));
    await here.call("DELETE", `${path}/${keyId}`);

    const again = await here.call("POST", path, request);

    expect(refusalOf(again)).toBe("409 secret-value-already-returned");
    expect(clientOf(await here.call("GET", `/clients/${client.id}`)).secrets).toEqual([]);
  });
});

describe("one key for two requests", () => {
  test("is refused, whichever of them differs: body, client or operation", async () => {
    const [ann] = await customerAtEachHost(cloud);
    const key = newId();
    const [one, two] = [await makeClient(ann.call), await makeClient(ann.call)];
    await ann.call("POST", `/clients/${one.id}/secrets`, under(key));

    const answers = await Promise.all([
      ann.call("POST", `/clients/${one.id}/secrets`, under(key, "Other")),
      ann.call("POST", `/clients/${two.id}/secrets`, under(key)),
      ann.call("POST", "/clients", under(key)),
    ]);

    expect(answers.map(refusalOf)).toEqual(answers.map(() => "422 idempotency-key-reused"));
    expect(clientsOf(await ann.call("GET", "/clients")).items).toHaveLength(2);
  });
});
