import { createHmac, type webcrypto } from "node:crypto";
import { CompactSign, exportSPKI, importJWK, type JWTHeaderParameters } from "jose";
import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import type { UserName } from "../../../infra/local/directory/sign-in/users.ts";

/** Makes tokens that an attacker, or a careless issuer, might send: a good one's claims, changed in one thing. */
export interface Forge {
  /** Claims of a token that is accepted. */
  readonly good: Readonly<Record<string, unknown>>;
  readonly kid: string;
  /** The issuer's public key as attackers know it. */
  readonly publicJwk: Readonly<Record<string, string>>;
  readonly publicPem: string;
  /** Signed by the issuer; claims given as `undefined` are left out. */
  sign(changes?: object, header?: object): Promise<string>;
  /** The issuer's signature over any payload. */
  signText(payload: string, header?: object): Promise<string>;
}

const Jwks = z.object({ keys: z.array(z.record(z.string(), z.string())).min(1) });
const Discovery = z.object({ jwks_uri: z.string() });

const base64url = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString("base64url");

export const claimsOf = (token: string): Record<string, unknown> =>
  z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()));

export async function openForge(
  { directory, settings }: Pick<Cloud, "directory" | "settings">,
  who: UserName,
): Promise<Forge> {
  const metadata = settings[who === "olga" ? "OPERATOR_METADATA_URL" : "CUSTOMER_METADATA_URL"];
  const plain = (url: string) => url.replace(directory.secureOrigin, directory.origin);
  const { jwks_uri } = Discovery.parse(await (await fetch(plain(metadata ?? ""))).json());
  const [publicJwk = {}] = Jwks.parse(await (await fetch(plain(jwks_uri))).json()).keys;
  const publicKey = await importJWK({ ...publicJwk, ext: true }, "RS256");
  const { kid, privateKey } = directory.signingKey(who);
  const good = claimsOf(await directory.issueUserToken(who));
  const signText = (payload: string, header: object = {}) =>
    signWith(privateKey, payload, { alg: "RS256", typ: "JWT", kid, ...header });

  return {
    good,
    kid,
    publicJwk,
    publicPem: await exportSPKI(publicKey as webcrypto.CryptoKey),
    signText,
    sign: (changes = {}, header = {}) => signText(JSON.stringify({ ...good, ...changes }), header),
  };
}

export const signWith = (
  key: webcrypto.CryptoKey,
  payload: string,
  header: JWTHeaderParameters,
): Promise<string> =>
  new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader(header)
    .sign(key, { crit: { latchkey: true, b64: true } });

/** Not signed at all. */
export const unsigned = (claims: object, header: object, signature = ""): string =>
  `${base64url(header)}.${base64url(claims)}.${signature}`;

/** Signed with a secret that everybody knows. */
export function hmac(claims: object, header: object, secret: string): string {
  const input = `${base64url(header)}.${base64url(claims)}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}
