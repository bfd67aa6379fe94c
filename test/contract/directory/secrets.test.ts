import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keySafe } from "../../../shared/adapters/key-safe.ts";
import type { ClientDirectory, DirectoryClient } from "../../../shared/clients/ports.ts";
import type { SecretDirectory } from "../../../shared/clients/secret-directory.ts";
import { newId } from "../../support/samples.ts";
import { ABSENT, DONE, doneOrFail, refused } from "./answers.ts";
import { directoryTargets } from "./targets.ts";

const LONG_AGO = { createdAt: new Date(0) };
const DAY_MS = 86_400_000;

describe.each(directoryTargets)("Secrets in the directory $name", ({ open }) => {
  let directory: ClientDirectory & SecretDirectory;
  const made: DirectoryClient[] = [];
  beforeAll(async () => {
    ({ directory } = await open());
  });
  afterAll(async () => {
    for (const { id } of made.splice(0)) await directory.delete(id, LONG_AGO);
  });

  async function create() {
    const client = doneOrFail(
      await directory.create({
        operationId: newId(),
        subscription: "contract tests",
        displayName: "A client",
        roles: ["api.read"],
      }),
    );
    made.push(client);
    return client;
  }
  function aSecret(displayName = "Production") {
    const createdAt = new Date();
    return { displayName, createdAt, expiresAt: new Date(createdAt.getTime() + DAY_MS) };
  }
  async function add({ id, createdAt }: DirectoryClient, secret = aSecret()) {
    return doneOrFail(await directory.addSecret(id, secret, { createdAt }));
  }

  test("a secret has the name and times it was given, to the millisecond, and a value", async () => {
    const client = await create();
    const secret = aSecret("Nächtlich ✓");

    const { secretText, ...added } = await add(client, secret);

    expect(secretText.length).toBeGreaterThanOrEqual(16);
    expect(secretText.startsWith(added.hint)).toBe(true);
    expect(added).toMatchObject(secret);
    expect(await directory.secretsOf(client.id, client)).toEqual([added]);
  });

  test("reading a client shows its secrets without their values", async () => {
    const client = await create();
    const { secretText } = await add(client);

    const read = await directory.get(client.id, client);

    expect(read?.secrets).toHaveLength(1);
    expect(JSON.stringify(read)).not.toContain(secretText);
  });

  test("a client holds two secrets and no third", async () => {
    const client = await create();
    await add(client);
    await add(client);

    const third = await directory.addSecret(client.id, aSecret(), client);

    expect(third).toEqual(refused("secrets-full"));
    expect(await directory.secretsOf(client.id, client)).toHaveLength(2);
  });

  test("a removed secret is gone, and the other one stays", async () => {
    const client = await create();
    const [first, second] = [await add(client), await add(client)];

    const answers = [
      await directory.removeSecret(client.id, first.keyId, client),
      await directory.removeSecret(client.id, first.keyId, client),
    ];

    expect(answers).toEqual([DONE, refused("secret-absent")]);
    const left = await directory.secretsOf(client.id, client);
    expect(left?.map(({ keyId }) => keyId)).toEqual([second.keyId]);
  });

  test("a client that is not there has no secrets to add, remove or read", async () => {
    const id = newId();

    const answers = [
      await directory.addSecret(id, aSecret(), LONG_AGO),
      await directory.removeSecret(id, newId(), LONG_AGO),
      await directory.secretsOf(id, LONG_AGO),
    ];

    expect(answers).toEqual([ABSENT, ABSENT, undefined]);
  });

  test("every client of ours is listed with all its secrets and whose it is, page by page", async () => {
    const [one, other, bare] = [await create(), await create(), await create()];
    const [first, second] = [await add(one, aSecret("First")), await add(one, aSecret("Second"))];
    const third = await add(other, aSecret("Third"));
    const listed = new Map<string, readonly [string, readonly string[]]>();
    let from: string | undefined;
    for (let pages = 0; pages < 100 && (pages === 0 || from !== undefined); pages += 1) {
      const page = await directory.listSecrets(from);
      if (page === "expired") throw new Error("The mark is a moment old");
      for (const { lead, secrets } of page.items) {
        const keyIds = secrets.map(({ keyId }) => keyId).toSorted();
        listed.set(lead.clientId, [lead.subscriptionKey, keyIds]);
      }
      from = page.next;
    }

    const subscription = keySafe("contract tests");
    const both = [first.keyId, second.keyId].toSorted();
    expect(listed.get(one.id)).toEqual([subscription, both]);
    expect(listed.get(other.id)).toEqual([subscription, [third.keyId]]);
    expect(listed.get(bare.id)).toEqual([subscription, []]);
  });
});
