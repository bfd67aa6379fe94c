import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemRuntime } from "../../../shared/base/runtime.ts";
import type { Answer } from "../../../shared/clients/ports.ts";
import { toRegister } from "../../../shared/operations/credentials/add-certificate.ts";
import { aGiven } from "../../support/certificates.ts";
import { newId } from "../../support/samples.ts";
import { DONE, doneOrFail, refused } from "./answers.ts";
import { type OpenTarget, PAUSE_SECONDS, strikableTargets } from "./targets.ts";

const aCertificate = () =>
  toRegister(
    { runtime: systemRuntime },
    { certificate: aGiven(new Date()), displayName: "Build server" },
  );
const LONG_AGO = { createdAt: new Date(0) };
const DAY_MS = 86_400_000;

describe.each(strikableTargets)(
  "What the directory answers when it does not do it, $name",
  ({ open }) => {
    let target: OpenTarget;
    const made: string[] = [];
    beforeAll(async () => {
      target = await open();
    });
    afterEach(() => target.calm());
    afterAll(async () => {
      for (const id of made.splice(0)) await target.directory.delete(id, LONG_AGO);
    });

    async function create(displayName = "A client", operationId = newId()) {
      const answer = await target.directory.create({
        operationId,
        subscription: "contract tests",
        displayName,
        roles: ["api.read"],
      });
      if (answer.kind === "done") made.push(answer.value.id);
      return answer;
    }
    const addSecret = (id: string) => {
      const createdAt = new Date();
      const expiresAt = new Date(createdAt.getTime() + DAY_MS);
      const secret = { displayName: "Production", createdAt, expiresAt };
      return target.directory.addSecret(id, secret, LONG_AGO);
    };

    test("what the backend no longer owns it cannot change, and reads all the same", async () => {
      const { directory, strike, calm } = target;
      const { id } = doneOrFail(await create());
      const { keyId } = doneOrFail(await addSecret(id));

      strike("not-ours", "rename");
      expect(await directory.rename(id, "Renamed", LONG_AGO)).toEqual(refused("not-ours"));
      strike("not-ours", "setDisabled");
      expect(await directory.setDisabled(id, true, LONG_AGO)).toEqual(refused("not-ours"));
      strike("not-ours", "addSecret");
      expect(await addSecret(id)).toEqual(refused("not-ours"));
      strike("not-ours", "removeSecret");
      expect(await directory.removeSecret(id, keyId, LONG_AGO)).toEqual(refused("not-ours"));
      strike("not-ours", "delete");
      expect(await directory.delete(id, LONG_AGO)).toEqual(refused("not-ours"));

      expect(await directory.get(id, LONG_AGO)).toMatchObject({
        displayName: "A client",
        secrets: [{ keyId }],
      });
      calm();
      expect(await directory.rename(id, "Renamed", LONG_AGO)).toEqual(DONE);
    });

    test("a restore or a purge that it refuses has not happened", async () => {
      const { directory, strike, calm } = target;
      const { id } = doneOrFail(await create());
      await directory.delete(id, LONG_AGO);

      strike("not-ours", "restore");
      expect(await directory.restore(id, LONG_AGO)).toEqual(refused("not-ours"));
      strike("not-ours", "purge");
      expect(await directory.purge(id, LONG_AGO)).toEqual(refused("not-ours"));

      calm();
      expect(doneOrFail(await directory.restore(id, LONG_AGO))).toMatchObject({ id });
    });

    test("a full directory takes nothing new", async () => {
      const operationId = newId();
      target.strike("directory-full", "create");
      expect(await create("A client", operationId)).toEqual(refused("directory-full"));
      expect(await target.directory.findByOperation(operationId)).toBeUndefined();
    });

    test("a name that is not allowed is refused, new or as another one", async () => {
      const { id } = doneOrFail(await create());
      target.strike("name-not-allowed", "create");
      expect(await create("Acme import")).toEqual(refused("name-not-allowed"));
      target.strike("name-not-allowed", "rename");
      const renamed = await target.directory.rename(id, "Acme import", LONG_AGO);
      expect(renamed).toEqual(refused("name-not-allowed"));
    });

    test("a policy of the administrators says what it forbids, and how long one may live", async () => {
      const { directory, restrict } = target;
      const { id } = doneOrFail(await create());
      const createdAt = new Date();
      const lasting = (days: number) => ({
        ...{ displayName: "Production", createdAt },
        expiresAt: new Date(createdAt.getTime() + days * DAY_MS),
      });
      const policyOf = (answer: Answer<unknown>) =>
        answer.kind === "refused" && { ...answer.refusal, policyId: undefined };
      const told = (refusal: object) => ({ reason: "forbidden-by-policy", ...refusal });

      await restrict({ secretDays: 30, certificateDays: 5 });
      const long = await directory.addSecret(id, lasting(31), LONG_AGO);
      const born = await directory.create({
        ...{ operationId: newId(), subscription: "contract tests", displayName: "A client" },
        ...{ roles: ["api.read"] as const, secret: lasting(31) },
      });
      const certificate = await directory.addCertificate(id, aCertificate(), LONG_AGO);
      await restrict({ noSecrets: true });
      const none = await directory.addSecret(id, lasting(1), LONG_AGO);
      await restrict({});

      expect(policyOf(long)).toEqual(told({ policy: "lifetime", longestDays: 30 }));
      expect(policyOf(born)).toEqual(told({ policy: "lifetime", longestDays: 30 }));
      expect(policyOf(certificate)).toEqual(told({ policy: "lifetime", longestDays: 5 }));
      expect(policyOf(none)).toEqual(told({ policy: "type" }));
      expect(doneOrFail(await addSecret(id))).toMatchObject({ displayName: "Production" });
      expect(await directory.get(id, LONG_AGO)).toMatchObject({ certificates: [] });
    });

    test("throttled, nothing was done, and the pause is passed on", async () => {
      const operationId = newId();
      target.strike("throttled", "create");
      expect(await create("A client", operationId)).toEqual({
        kind: "not-now",
        throttled: true,
        retryAfterSeconds: PAUSE_SECONDS,
      });
      target.calm();
      expect(await target.directory.findByOperation(operationId)).toBeUndefined();
    });

    test("an answer that is lost leaves open what was done; a create is found by its operation", async () => {
      const operationId = newId();
      target.strike("lost", "create");
      expect((await create("A client", operationId)).kind).toBe("unknown");
      target.calm();
      const found = await target.directory.findByOperation(operationId);
      expect(found?.displayName).toBe("A client");
      if (found) made.push(found.id);
    });

    test("a secret whose answer is lost is there, and nobody knows its value", async () => {
      const { id } = doneOrFail(await create());
      target.strike("lost", "addSecret");
      expect((await addSecret(id)).kind).toBe("unknown");
      target.calm();
      expect(await target.directory.secretsOf(id, LONG_AGO)).toHaveLength(1);
    });

    test.each(["findByOperation", "get", "getMany", "secretsOf"] as const)(
      "%s of a directory that is away throws",
      async (read) => {
        const { directory, away } = target;
        away(read);
        const id = newId();
        const reading = {
          findByOperation: () => directory.findByOperation(id),
          get: () => directory.get(id, LONG_AGO),
          getMany: () => directory.getMany([id]),
          secretsOf: () => directory.secretsOf(id, LONG_AGO),
        }[read];
        await expect(reading()).rejects.toMatchObject({
          code: "REMOTE_UNAVAILABLE",
          service: "directory",
        });
      },
    );
  },
);
