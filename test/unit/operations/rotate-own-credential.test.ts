import { beforeEach, describe, expect, test } from "vitest";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import {
  nextToRotate,
  rotateOwnCertificate,
  rotateOwnSecret,
} from "../../../shared/operations/credentials/rotate-own-credential.ts";
import { aGiven } from "../../support/certificates.ts";
import { THE_REQUEST } from "../../support/client-world.ts";
import { type RotationWorld, rotationWorld } from "../../support/rotation-world.ts";
import { aRecord, later, NOON, newId } from "../../support/samples.ts";

const DAY_MS = 86_400_000;
const KEY = [newId(), newId(), newId()].toSorted();
const secret = (keyId: string | undefined, days: number, madeDaysAgo = 0) => ({
  keyId: keyId ?? "",
  displayName: "Production",
  hint: "abc",
  createdAt: later(-madeDaysAgo * DAY_MS),
  expiresAt: later(days * DAY_MS),
});
const next = (secrets: readonly ReturnType<typeof secret>[], record = aRecord()) =>
  nextToRotate(secrets, record, NOON)?.keyId;

describe("the secret that is rotated where none is named", () => {
  const [first, second, third] = KEY;

  test("is the one that ends first", () => {
    expect(next([secret(first, 90), secret(second, 30), secret(third, 60)])).toBe(second);
  });

  test("of two that end at once is the older one, and of two of one age always the same", () => {
    expect(next([secret(first, 30), secret(second, 30, 1)])).toBe(second);
    expect(next([secret(second, 30), secret(first, 30)])).toBe(first);
  });

  test("is none that has ended, is retiring, or was removed a moment ago", () => {
    const expiresAt = later(10 * DAY_MS);
    const record = aRecord({
      secrets: [
        { keyId: second ?? "", expiresAt, retiresAt: later(DAY_MS) },
        { keyId: third ?? "", expiresAt, goneAt: NOON },
      ],
    });

    expect(next([secret(first, 0)])).toBeUndefined();
    expect(next([secret(second, 10), secret(third, 10), secret(first, 90)], record)).toBe(first);
    expect(next([secret(second, 10)], record)).toBeUndefined();
  });
});

describe("a client's own rotation of a secret", () => {
  let world: RotationWorld;
  beforeEach(async () => {
    world = await rotationWorld();
  });
  const ask = (more: object = {}) =>
    rotateOwnSecret(world, { ...world.own, lifetimeDays: 90, graceHours: 24, ...more });
  const keyOf = async (answer: ReturnType<typeof ask>) => {
    const rotated = await answer;
    return rotated.ok ? rotated.value.replaced.keyId : rotated.refusal.reason;
  };

  test("takes the secret that is named, else the one that ends first and stays", async () => {
    const long = await world.old("Long", 300);
    const short = await world.old("Short", 30);

    expect(await keyOf(ask({ keyId: long, replaces: long }))).toBe(long);
    expect(await keyOf(ask({ replaces: short }))).toBe(short);
  });

  test("of a client without a secret that works and stays is refused", async () => {
    expect(await keyOf(ask())).toBe("secret-not-found");
    expect(world.changes).toEqual([]);
  });

  test("that names none is refused to a client of somebody else's, or that the directory does not show", async () => {
    await world.old();

    expect(await keyOf(ask({ subscription: "fabrikam" }))).toBe("secret-not-found");
    await world.directory.delete(world.client.id, world.client);
    expect(await keyOf(ask())).toBe("secret-not-found");
    expect(world.changes).toEqual([]);
  });

  test("asked for again under its key makes no second one, though the next would be another", async () => {
    await world.old();
    const idempotency = THE_REQUEST;

    expect((await ask({ idempotency })).ok).toBe(true);
    expect(await keyOf(ask({ idempotency }))).toBe("secret-value-already-returned");
    expect(world.changes).toEqual(["add"]);
  });

  test("asked for again when no other is left to rotate, it is still answered with what it has made", async () => {
    await world.old();
    const idempotency = THE_REQUEST;
    const made = await ask({ idempotency });
    if (!made.ok) throw new Error(made.refusal.reason);
    const { keyId } = made.value;
    expect((await world.remove(keyId)).ok).toBe(true);

    const refusal = { reason: "secret-value-already-returned", keyId };
    expect(await ask({ idempotency })).toEqual({ ok: false, refusal });
    const other = { idempotency: { ...idempotency, fingerprint: "another" } };
    expect(await keyOf(ask(other))).toBe("idempotency-key-reused");
    expect(await keyOf(ask())).toBe("secret-not-found");
  });
});

describe("a client's own rotation of a certificate", () => {
  let world: RotationWorld;
  beforeEach(async () => {
    world = await rotationWorld();
  });
  const given = (days?: number) => aGiven(world.runtime.now(), days);
  const ask = (more: object = {}) =>
    rotateOwnCertificate(world, { ...world.own, certificate: given(), graceHours: 24, ...more });
  const keyOf = async (answer: ReturnType<typeof ask>) => {
    const rotated = await answer;
    return rotated.ok ? rotated.value.replaced?.keyId : rotated.refusal.reason;
  };
  async function added(days: number) {
    const request = { ...world.own, certificate: given(days), displayName: "Import" };
    const answer = await addCertificate(world, request);
    if (!answer.ok) throw new Error(answer.refusal.reason);
    return answer.value.keyId;
  }

  test("takes the one that is named, else the certificate that ends first, whatever secrets there are", async () => {
    await world.old("Ends before all", 1);
    const [long, short] = [await added(300), await added(30)];

    expect(await keyOf(ask({ keyId: long }))).toBe(long);
    expect(await keyOf(ask())).toBe(short);
    expect(world.events.published.at(-1)).toMatchObject({
      type: "certificate.rotated",
      data: { replaced: short },
    });
  });

  test("of a client with none that works and stays is refused, and a secret is none", async () => {
    const keyId = await world.old();

    expect(await keyOf(ask())).toBe("certificate-not-found");
    expect(await keyOf(ask({ keyId }))).toBe("certificate-not-found");
  });

  test("where the token endpoint takes none is refused as such, named or not", async () => {
    const rules = { ...world.credentialRules, directory: ["secret"] as const };
    const request = { ...world.own, certificate: given(), graceHours: 24 };

    expect(await rotateOwnCertificate({ ...world, credentialRules: rules }, request)).toMatchObject(
      {
        refusal: { reason: "credential-kind-not-allowed", why: "directory" },
      },
    );
  });

  test("asked for again under its key is answered as before, though the next would be another", async () => {
    const keyId = await added(30);
    const certificate = given();
    const idempotency = THE_REQUEST;

    const first = await ask({ certificate, idempotency });
    const again = await ask({ certificate, idempotency });

    if (!first.ok || !again.ok) throw new Error("Refused");
    expect(again.replayed).toBe(true);
    expect(again.value.made.keyId).toBe(first.value.made.keyId);
    expect([first.value.replaced?.keyId, again.value.replaced?.keyId]).toEqual([keyId, keyId]);
    expect(await world.onRecord()).toHaveLength(2);
  });

  test("asked for again while a late directory shows but the old one, it is answered as before", async () => {
    const before = await added(30);
    const live = await world.directory.endingOf(world.client.id, world.client);
    const request = { idempotency: THE_REQUEST, certificate: given() };
    const made = await ask(request);
    world.directory.endingOf = async () => live;

    const again = await ask(request);

    expect(again).toMatchObject({ ...made, replayed: true });
    expect(await keyOf(ask(request))).toBe(before);
    expect(await keyOf(ask())).toBe("certificate-not-found");
  });
});
