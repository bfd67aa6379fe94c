import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXCHANGE_AUDIENCE, MOST_FEDERATED } from "../../../shared/clients/federated/federated.ts";
import type { DirectoryClient } from "../../../shared/clients/ports.ts";
import { newId } from "../../support/samples.ts";
import { ABSENT, DONE, doneOrFail, refused } from "./answers.ts";
import { directoryTargets, type OpenTarget, strikableTargets } from "./targets.ts";

const LONG_AGO = { createdAt: new Date(0) };

let target: OpenTarget;
const made: DirectoryClient[] = [];

async function create(): Promise<DirectoryClient> {
  const client = doneOrFail(
    await target.directory.create({
      operationId: newId(),
      subscription: "contract tests",
      displayName: "A client",
      roles: ["api.read"],
    }),
  );
  made.push(client);
  return client;
}

const trust = (name = "github-main") => ({
  displayName: name,
  issuer: "https://token.actions.githubusercontent.com",
  subject: `repo:octo-org/octo-repo:environment:${name}`,
  audience: EXCHANGE_AUDIENCE,
});
const wanted = (name?: string, of: Partial<ReturnType<typeof trust>> = {}) => ({
  ...trust(name),
  ...of,
  operationId: newId(),
  createdAt: new Date(),
});
const add = (client: DirectoryClient, credential = wanted()) =>
  target.directory.addFederated(client.id, credential, client);
const shown = (client: DirectoryClient) => target.directory.federatedOf(client.id, client);

describe.each(directoryTargets)("Federated credentials in the directory $name", ({ open }) => {
  beforeAll(async () => {
    target = await open();
  });
  afterAll(async () => {
    for (const { id } of made.splice(0)) await target.directory.delete(id, LONG_AGO);
  });

  test("one is as it was wanted, letter by letter, and says when it was made", async () => {
    const client = await create();
    const { operationId: _, ...credential } = wanted("Production_1");

    const added = doneOrFail(await add(client, { ...credential, operationId: newId() }));

    expect(added).toEqual({ id: added.id, ...credential });
    expect(await shown(client)).toEqual([added]);
  });

  test("the same operation makes it once, however often it asks", async () => {
    const client = await create();
    const credential = wanted();

    const [first, second] = [await add(client, credential), await add(client, credential)];

    expect(second).toEqual(first);
    expect(await shown(client)).toHaveLength(1);
  });

  test("a name stands once, and so do issuer and subject; another case is another subject", async () => {
    const client = await create();
    const first = doneOrFail(await add(client));
    const unfit = {
      kind: "refused",
      refusal: { reason: "federated-unfit", beside: [first] },
    };

    expect(await add(client, wanted("github-main", { subject: "another" }))).toEqual(unfit);
    expect(await add(client, wanted("another", { subject: first.subject }))).toEqual(unfit);
    const upper = wanted("another", { subject: first.subject.toUpperCase() });
    expect(await add(client, upper)).toMatchObject({ kind: "done" });
    // Another client may trust the same.
    expect(await add(await create())).toMatchObject({ kind: "done" });
  });

  test(`a client holds ${MOST_FEDERATED} and no more`, async () => {
    const client = await create();
    for (let n = 0; n < MOST_FEDERATED; n += 1) doneOrFail(await add(client, wanted(`name-${n}`)));

    expect(await add(client)).toMatchObject({
      kind: "refused",
      refusal: { reason: "federated-unfit", beside: { length: MOST_FEDERATED } },
    });
  });

  test("a removed one is gone, and the other one stays", async () => {
    const client = await create();
    const first = doneOrFail(await add(client));
    const second = doneOrFail(await add(client, wanted("second")));

    const answers = [
      await target.directory.removeFederated(client.id, first.id, client),
      // The client may be late; what a directory that knows the client does not find in it is not there.
      await target.directory.removeFederated(client.id, first.id, client),
    ];

    expect(answers).toEqual([DONE, refused("federated-absent")]);
    expect(await shown(client)).toEqual([second]);
  });

  test("a client that is not there trusts nobody, and there is nothing to remove or read", async () => {
    const id = newId();
    expect([
      await target.directory.addFederated(id, wanted(), LONG_AGO),
      await target.directory.removeFederated(id, newId(), LONG_AGO),
      await target.directory.federatedOf(id, LONG_AGO),
    ]).toEqual([ABSENT, ABSENT, undefined]);
  });
});

describe.each(strikableTargets)("Mishaps of federated credentials $name", ({ open }) => {
  beforeAll(async () => {
    target = await open();
  });

  test("whose answers are lost are found by whoever asks again, once", async () => {
    const client = await create();
    const credential = wanted();
    target.strike("lost", "addFederated");
    const lost = await add(client, credential);
    target.calm();

    const found = doneOrFail(await add(client, credential));

    expect(["unknown", "done"]).toContain(lost.kind);
    expect(await shown(client)).toEqual([found]);
  });

  test("of a registration that is not ours are refused as that", async () => {
    const client = await create();
    const { id } = doneOrFail(await add(client));
    target.strike("not-ours", "addFederated");
    expect(await add(client, wanted("second"))).toEqual(refused("not-ours"));
    target.strike("not-ours", "removeFederated");
    expect(await target.directory.removeFederated(client.id, id, client)).toEqual(
      refused("not-ours"),
    );
    target.calm();
  });

  test("that are throttled have not happened", async () => {
    const client = await create();
    target.strike("throttled", "addFederated");
    expect(await add(client)).toMatchObject({ kind: "not-now", throttled: true });
    target.calm();
    expect(await shown(client)).toEqual([]);
  });
});
