import { beforeAll, describe, expect, test } from "vitest";
import { type Api, fieldsOf, openApi } from "../../support/api.ts";
import { errorOf, registerAs } from "../../support/registered.ts";
import * as rfc from "../../support/rfc-registration.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

/** Dynamic registration, held against each example of RFC 7591 and RFC 7592. */

let api: Api;
beforeAll(async () => {
  api = await openApi(await sharedCloud());
});

/** A browser's part of an example, which nobody can have here. */
const withoutRedirects = <T extends { readonly redirect_uris: unknown }>({
  redirect_uris: _,
  ...rest
}: T) => rest;
/** What each member is: an example's own values are nobody else's. */
const kindsOf = (example: object) =>
  Object.fromEntries(
    Object.entries(rfc.withoutOthers(example)).map(([name, value]) => [
      name,
      Array.isArray(value) ? expect.any(Array) : expect.any(Object(value).constructor),
    ]),
  );

const [REDIRECT, METADATA] = rfc.ERRORS;

describe("the RFCs' own examples", () => {
  test("are taken with keys and pages that nobody looks at, and answered as theirs are", async () => {
    const { call } = await api.customer();

    const answers = [rfc.REQUEST, rfc.REQUEST_WITH_KEYS].map((json) =>
      call("POST", "/register", { json: withoutRedirects(json) }),
    );

    for (const answer of await Promise.all(answers)) {
      expect([answer.status, answer.body]).toEqual([
        201,
        expect.objectContaining({ ...kindsOf(rfc.RESPONSE), client_name: rfc.REQUEST.client_name }),
      ]);
      expect(answer.body).toMatchObject(kindsOf(rfc.INFORMATION));
    }
  });

  test("are refused as they stand, in the words of the RFC", async () => {
    const { call } = await api.customer();
    const said = async (json: object) => {
      const answer = await call("POST", "/register", { json });
      return [answer.status, errorOf(answer), fieldsOf(answer)?.toSorted()];
    };

    expect(await said(rfc.REQUEST)).toEqual([400, REDIRECT.error, ["/redirect_uris"]]);
    expect(await said({ grant_types: ["authorization_code"] })).toEqual([
      400,
      METADATA.error,
      ["/grant_types/0"],
    ]);
    const [, , fields] = await said(rfc.REQUEST_WITH_STATEMENT);
    expect(fields).toEqual(["/redirect_uris", "/scope", "/software_statement"]);
    const { redirect_uris: _redirects, scope: _scope, ...statement } = rfc.REQUEST_WITH_STATEMENT;
    expect(await said(statement)).toEqual([
      400,
      "unapproved_software_statement",
      ["/software_statement"],
    ]);
    for (const example of rfc.ERRORS)
      expect((await call("POST", "/register", { json: rfc.REQUEST })).body).toMatchObject(
        kindsOf(example),
      );
  });

  test("of an update change the name, and of what cannot be had is told", async () => {
    const { call } = await api.customer();
    const made = await registerAs(call);
    const own = api.callWith(made.registration_access_token);
    const path = `/register/${made.client_id}`;
    const { grant_types, client_secret, redirect_uris, ...fit } = {
      ...rfc.UPDATE,
      client_id: made.client_id,
    };
    const put = (json: object) => own("PUT", path, { json });

    const [granted, redirected] = [
      await put({ ...fit, grant_types, client_secret, redirect_uris }),
      await put({ ...fit, redirect_uris }),
    ];
    const changed = await put(fit);

    expect([granted, redirected].map((answer) => [answer.status, fieldsOf(answer)])).toEqual([
      [400, ["/grant_types/0", "/grant_types/1"]],
      [400, ["/redirect_uris"]],
    ]);
    const { client_secret: _, ...shown } = kindsOf(rfc.INFORMATION);
    expect([changed.status, changed.body]).toEqual([
      200,
      expect.objectContaining({ ...shown, client_name: rfc.UPDATE.client_name }),
    ]);
    expect((await own("GET", path)).body).toEqual(changed.body);
    const gone = await own("DELETE", path);
    expect([gone.status, gone.headers.get("cache-control"), gone.headers.get("pragma")]).toEqual([
      204,
      "no-store",
      "no-cache",
    ]);
  });
});
