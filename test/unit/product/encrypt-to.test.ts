import { generateKeyPairSync } from "node:crypto";
import { compactDecrypt } from "jose";
import { expect, test } from "vitest";
import { EncryptTo, encryptValue } from "../../../functions/http/credentials/encrypt-to.ts";

const rsa = (modulusLength = 2048, publicExponent = 65_537) =>
  generateKeyPairSync("rsa", { modulusLength, publicExponent });
const ec = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve });
const jwk = (key: ReturnType<typeof rsa>["publicKey"]) => key.export({ format: "jwk" });
const point = jwk(ec("P-256").publicKey);

const refusals = (value: unknown): unknown[] =>
  EncryptTo.safeParse(value).error?.issues.map(({ path, message }) => [path.join("."), message]) ??
  [];

test.each([
  ["RSA", () => rsa(), "RSA-OAEP-256"],
  ["P-256", () => ec("P-256"), "ECDH-ES+A256KW"],
  ["P-384", () => ec("P-384"), "ECDH-ES+A256KW"],
  ["P-521", () => ec("P-521"), "ECDH-ES+A256KW"],
])("what is encrypted to a key (%s) is read with its private key", async (_, make, alg) => {
  const { publicKey, privateKey } = make();
  const jwe = await encryptValue("a value", EncryptTo.parse({ ...jwk(publicKey), kid: "k1" }));
  const { plaintext, protectedHeader } = await compactDecrypt(jwe, privateKey);
  expect(new TextDecoder().decode(plaintext)).toBe("a value");
  expect(protectedHeader).toMatchObject({ alg, enc: "A256GCM", kid: "k1" });
});

test("the same value is never encrypted to the same text", async () => {
  const recipient = EncryptTo.parse(point);
  expect(await encryptValue("a", recipient)).not.toBe(await encryptValue("a", recipient));
});

test.each<[string, unknown, unknown[]]>([
  ["a short key", jwk(rsa(1024).publicKey), [["", "must have from 2048 to 8192 bits"]]],
  [
    "a small exponent",
    jwk(rsa(2048, 3).publicKey),
    [["", "must have an odd exponent of 65537 or more"]],
  ],
  ["another curve", jwk(ec("secp256k1").publicKey), [["crv", "must be P-256, P-384 or P-521"]]],
  ["a point off its curve", { ...point, x: point.y }, [["", "must be a public EC key"]]],
  ["half a point", { ...point, y: undefined }, [["", "must be a public EC key"]]],
  ["no modulus", { kty: "RSA", e: "AQAB" }, [["", "must be a public RSA key"]]],
  [
    "a symmetric key",
    { kty: "oct", k: "AAAA" },
    [
      ["kty", "must be RSA or EC"],
      ["", expect.any(String)],
    ],
  ],
  [
    "a key to sign with",
    { ...point, use: "sig" },
    [["use", "must be enc: the key is encrypted to"]],
  ],
  ["the other kind's alg", { ...point, alg: "RSA-OAEP-256" }, [["alg", "must be ECDH-ES+A256KW"]]],
  ["a text", "-----BEGIN PUBLIC KEY-----", [["", expect.any(String)]]],
])("%s is refused, and said why", (_, value, expected) => {
  expect(refusals(value)).toEqual(expected);
});

test.each(["RSA", "EC"])("a private %s key is refused by each part of it", (kty) => {
  const { privateKey, publicKey } = kty === "RSA" ? rsa() : ec("P-256");
  const whole = privateKey.export({ format: "jwk" });
  const secret = Object.keys(whole).filter((name) => !(name in jwk(publicKey)));
  const [issue] = EncryptTo.safeParse(whole).error?.issues ?? [];
  expect(issue).toMatchObject({ code: "unrecognized_keys", keys: secret });
});
