import { expect, test } from "vitest";
import { certificateName, nameOf } from "../../../functions/http/credentials/certificate-body.ts";
import { readPem } from "../../../functions/http/credentials/certificate-input.ts";
import { aPem } from "../../support/certificates.ts";

/** What a certificate is called whose sender gives it no name: something that could have been given. */

const named = (subject: string) => nameOf({ subject });

test.each([
  ["the common name", "O=Contoso, CN=Nightly import", "Nightly import"],
  ["the whole subject where it has none", "O=Contoso, OU=Import", "O=Contoso, OU=Import"],
  ["what can be seen of it", "CN=Nightly\u202e\u2028 import\u200b", "Nightly import"],
  ["its letters composed", "CN=Mu\u0308nchen", "M\u00fcnchen"],
  ["as much as a name may have", `CN=${"x".repeat(100)}`, "x".repeat(90)],
  ["without half a letter at its end", `CN=${"x".repeat(89)}\u{1f680}`, "x".repeat(89)],
  ["without a blank at its end", `CN=${"x".repeat(89)} y`, "x".repeat(89)],
  ["nothing of what is no name", 'CN=An "open quote', "Certificate"],
  ["nothing of what is blank", "CN= \u200b ", "Certificate"],
])("is %s", (_, subject, name) => {
  expect(named(subject)).toBe(name);
  expect(certificateName.parse(named(subject))).toBe(name);
});

test.each([
  ["Import\u202e \u{1f680}", "Import \u{1f680}"],
  ["Contoso, Inc. + Sons", "Contoso, Inc. + Sons"],
])("is read from a certificate of %j as %j", (subject, name) => {
  const rules = { certificateMaxLifetimeMs: 365 * 86_400_000, now: () => new Date() };
  const read = readPem(aPem({ subject }), rules);
  if ("problem" in read) throw new Error(read.problem);

  expect(nameOf(read)).toBe(name);
});
