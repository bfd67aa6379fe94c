import { webcrypto } from "node:crypto";
import { EncryptJWT } from "jose";
import { type Forge, hmac, signWith, unsigned } from "./forge.ts";

/** What an attacker has besides the issuer's public key. */
export interface World {
  /** A key of their own. */
  readonly stranger: webcrypto.CryptoKeyPair;
  /** A server of their own. */
  readonly elsewhere: string;
  readonly resourceAppId: string;
}
type Make = (forge: Forge, world: World) => string | Promise<string>;

const now = (): number => Math.floor(Date.now() / 1000);

/** Tokens that must be refused, each wrong in one thing (RFC 8725). */
export const forgeries: Readonly<Record<string, Make>> = {
  "alg none": ({ good }) => unsigned(good, { alg: "none", typ: "JWT" }),
  "alg NONE in capitals, with a signature": ({ good }) => unsigned(good, { alg: "NoNe" }, "AAAA"),
  "no alg": ({ good }) => unsigned(good, { typ: "JWT" }, "AAAA"),
  "HS256 signed with the public key as PEM": ({ good, kid, publicPem }) =>
    hmac(good, { alg: "HS256", kid }, publicPem),
  "HS256 signed with the public key as PEM without the last line break": ({
    good,
    kid,
    publicPem,
  }) => hmac(good, { alg: "HS256", kid }, publicPem.trim()),
  "HS256 signed with the public key as JWK": ({ good, kid, publicJwk }) =>
    hmac(good, { alg: "HS256", kid }, JSON.stringify(publicJwk)),
  "HS256 signed with the modulus": ({ good, kid, publicJwk }) =>
    hmac(good, { alg: "HS256", kid }, publicJwk["n"] ?? ""),
  "RS256 renamed RS512": async ({ sign }) => renamed(await sign(), { alg: "RS512" }),
  "RS256 renamed PS256": async ({ sign }) => renamed(await sign(), { alg: "PS256" }),
  "another key under the issuer's kid": ({ good, kid }, { stranger }) =>
    signWith(stranger.privateKey, JSON.stringify(good), { alg: "RS256", kid }),
  "its own key in the jwk header": async ({ good, kid }, { stranger }) =>
    signWith(stranger.privateKey, JSON.stringify(good), {
      alg: "RS256",
      kid,
      jwk: await webcrypto.subtle.exportKey("jwk", stranger.publicKey),
    }),
  "the address of its own keys in the jku header": ({ good }, { stranger, elsewhere }) =>
    signWith(stranger.privateKey, JSON.stringify(good), {
      alg: "RS256",
      kid: "mine",
      jku: `${elsewhere}/keys`,
    }),
  "the address of its own certificate in the x5u header": (
    { good, kid },
    { stranger, elsewhere },
  ) =>
    signWith(stranger.privateKey, JSON.stringify(good), {
      alg: "RS256",
      kid,
      x5u: `${elsewhere}/certificate`,
    }),
  "an unknown kid": ({ sign }) => sign({}, { kid: "../../../etc/passwd" }),
  "a kid that is no text": ({ sign }) => sign({}, { kid: { toString: "x" } }),
  "a critical extension": ({ sign }) => sign({}, { crit: ["latchkey"], latchkey: 1 }),
  "a payload that is not encoded (b64)": async ({ sign }) =>
    renamed(await sign(), { crit: ["b64"], b64: false }),
  "another issuer": ({ sign }) => sign({ iss: "https://issuer.example/v2.0/" }),
  "an issuer that begins alike": ({ sign, good }) => sign({ iss: `${good["iss"]}evil` }),
  "several issuers": ({ sign, good }) => sign({ iss: [good["iss"]] }),
  "another audience": ({ sign }) => sign({ aud: "00000003-0000-0000-c000-000000000000" }),
  "the resource API's audience": ({ sign }, { resourceAppId }) => sign({ aud: resourceAppId }),
  "no audience": ({ sign }) => sign({ aud: undefined }),
  "no issuer": ({ sign }) => sign({ iss: undefined }),
  "a lifetime that is over": ({ sign }) => sign({ exp: now() - 60 }),
  "a lifetime that has not begun": ({ sign }) => sign({ nbf: now() + 120 }),
  "no expiry": ({ sign }) => sign({ exp: undefined }),
  "an expiry as text": ({ sign }) => sign({ exp: "2999-01-01T00:00:00Z" }),
  "a start as text": ({ sign }) => sign({ nbf: "now" }),
  "no time of issue": ({ sign }) => sign({ iat: undefined }),
  "a payload that is a list": ({ signText }) => signText("[]"),
  "a payload that is no JSON": ({ signText }) => signText("{iss:"),
  "a signed token in a signed token": async ({ sign, signText }) =>
    signText(await sign(), { cty: "JWT" }),
  "an encrypted token": ({ good }) =>
    new EncryptJWT({ ...good })
      .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
      .encrypt(new Uint8Array(32)),
  "claims changed after signing": async ({ sign, good }) => {
    const [header, , signature] = (await sign()).split(".");
    const claims = Buffer.from(JSON.stringify({ ...good, sub: "x" })).toString("base64url");
    return `${header}.${claims}.${signature}`;
  },
  "no signature": async ({ sign }) => (await sign()).replace(/[^.]*$/, ""),
  "a cut signature": async ({ sign }) => (await sign()).slice(0, -8),
  "a giant token": ({ sign }) => sign({ ballast: "x".repeat(9_000) }),
  "no token at all": () => "",
  dots: () => "....",
};

function renamed(token: string, changes: object): string {
  const [header = "", ...rest] = token.split(".");
  const next = { ...JSON.parse(Buffer.from(header, "base64url").toString()), ...changes };
  return [Buffer.from(JSON.stringify(next)).toString("base64url"), ...rest].join(".");
}
