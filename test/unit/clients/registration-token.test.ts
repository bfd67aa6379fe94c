import { describe, expect, test } from "vitest";
import {
  opens,
  readRegistrationToken,
  registrationOf,
  registrationToken,
} from "../../../shared/clients/registration-token.ts";
import { aRecord, newId } from "../../support/samples.ts";

/** A registration access token: one read finds its client, and nobody can guess the rest of it. */

const SECRET = Buffer.alloc(32, 7);
const record = aRecord({ subscription: "Zoë / 1" });
const token = registrationToken(record, SECRET);
const registered = { ...record, registration: registrationOf(token, "client_secret_post") };
const parts = token.split(".");
const withPart = (at: number, part: string) => parts.with(at, part).join(".");

describe("a registration access token", () => {
  test("says whose it is, and what it ends in is kept as a hash only", () => {
    const { tokenHash, authMethod } = registered.registration;

    expect(readRegistrationToken(token)).toEqual({
      subscription: "Zoë / 1",
      clientId: record.id,
      tokenHash,
    });
    expect(authMethod).toBe("client_secret_post");
    expect(parts).toEqual([
      "lkr",
      expect.any(String),
      expect.any(String),
      SECRET.toString("base64url"),
    ]);
    expect(tokenHash).not.toContain(parts[3]);
  });

  test.each([
    ["of no subscription", withPart(1, "")],
    ["of another kind", withPart(0, "lks")],
    ["with something before it", `Bearer ${token}`],
    ["with something after it", `${token}.x`],
    ["with a client that is none", withPart(2, "short")],
    ["with less than 32 random bytes", withPart(3, "short")],
    // Base64 has several ways to write bytes that end within a letter: only the one that was handed out is the token.
    ["whose subscription is written in another way", withPart(1, otherWriting(parts[1]))],
    ["that is not there", ""],
  ])("%s is none of ours", (_, given) => {
    expect(readRegistrationToken(given)).toBeUndefined();
  });
});

/** Other last bits, which decoding drops. */
function otherWriting(part = ""): string {
  const last = part.at(-1) ?? "";
  const others = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const same = (text: string) => Buffer.from(text, "base64url").toString();
  const found = [...others]
    .map((letter) => part.slice(0, -1) + letter)
    .find((text) => text.at(-1) !== last && same(text) === same(part));
  if (!found) throw new Error("The name has to end within a letter of Base64");
  return found;
}

describe("it opens", () => {
  const claimed = readRegistrationToken(token);
  if (!claimed) throw new Error("The token cannot be read");

  test("the registration that it was handed out for", () => {
    expect(opens(claimed, registered, record.appId)).toBe(true);
  });

  test.each([
    ["no client that has gone", undefined, record.appId],
    ["no client that did not register itself", record, record.appId],
    ["no other client than was asked for", registered, newId()],
    [
      "no registration with another token",
      {
        ...record,
        registration: registrationOf(
          registrationToken(record, Buffer.alloc(32, 8)),
          "client_secret_post",
        ),
      },
      record.appId,
    ],
    [
      "nothing whose hash is shorter, and does not fail over it",
      { ...registered, registration: { ...registered.registration, tokenHash: "short" } },
      record.appId,
    ],
  ])("%s", (_, found, appId) => {
    expect(opens(claimed, found, appId)).toBe(false);
  });
});
