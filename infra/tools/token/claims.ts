import { decodeJwt } from "jose";
import { NOT_CONSENTED } from "./explain.ts";

/** What the claims of a client's access token mean. B2C puts granted app roles into `scp`, Entra into `roles`. */
const MEANINGS: Readonly<Record<string, string>> = {
  iss: "who issued it; the API compares it with the issuer of its discovery document",
  aud: "the API it is for (its client id)",
  azp: "the client it was issued to: authorize by this",
  sub: "the client's service principal; in B2C the client id again",
  oid: "the client's service principal",
  scp: "the app roles that were granted",
  roles: "the app roles that were granted",
  tid: "the tenant",
  tfp: "the user flow that issued it",
  ver: "the version of the token's form",
};
const TIMES: Readonly<Record<string, string>> = {
  iat: "issued",
  nbf: "valid from",
  exp: "valid until",
};

/** Lines for people: each claim with its meaning, then what the whole allows. The token itself is not in them. */
export function describeToken(accessToken: string, now: Date): string[] {
  const claims = decodeJwt(accessToken);
  const lines = Object.entries(claims).map(([name, value]) => {
    const time = TIMES[name];
    if (time && typeof value === "number") {
      return `${name.padEnd(6)} ${new Date(value * 1000).toISOString()}  (${time})`;
    }
    const meaning = MEANINGS[name];
    return `${name.padEnd(6)} ${text(value)}${meaning ? `  (${meaning})` : ""}`;
  });
  return [...lines, "", summary(claims, now)];
}

const text = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

function summary(claims: ReturnType<typeof decodeJwt>, now: Date): string {
  const granted = [claims["scp"] ?? claims["roles"] ?? []].flat().join(" ");
  const minutes = Math.round(((claims.exp ?? 0) * 1000 - now.getTime()) / 60_000);
  return granted === ""
    ? `The token carries no role, so the API will refuse it. ${NOT_CONSENTED}`
    : `The API will see the roles ${granted}, for ${minutes} minutes. Keep the token that long.`;
}
