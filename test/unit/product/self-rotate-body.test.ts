import { describe, expect, test } from "vitest";
import {
  bringsCertificate,
  selfRotateBody,
} from "../../../functions/http/self/self-rotate-shapes.ts";
import { newId } from "../../support/samples.ts";

/** What a client may say of a rotation of its own: one kind at a time. */

const body = selfRotateBody({ secretMaxLifetimeDays: 365 });
const certificate = "-----BEGIN CERTIFICATE-----\n";
const jwk = { kty: "RSA" };
const problemsOf = (asked: object) =>
  body.safeParse(asked).error?.issues.map(({ path, message }) => `${path.join(".")} ${message}`);

describe("a client's own rotation", () => {
  test("is of a secret, unless a certificate comes with it", () => {
    const keyId = newId();
    expect(bringsCertificate(body.parse({ keyId, lifetimeDays: 90 }))).toBe(false);
    expect(bringsCertificate(body.parse({ keyId, certificate, graceHours: 0 }))).toBe(true);
    expect(bringsCertificate(body.parse({ jwk, displayName: "Import" }))).toBe(true);
  });

  test("brings one certificate", () => {
    expect(problemsOf({ certificate, jwk })).toEqual([
      "certificate must not come with jwk: one of the two",
    ]);
  });

  test("says nothing of a secret where it brings a certificate", () => {
    expect(problemsOf({ certificate, lifetimeDays: 90, replaces: newId() })).toEqual([
      "lifetimeDays goes with a secret only",
      "replaces goes with a secret only",
    ]);
  });
});
