import { createServer } from "node:http";
import * as oauth from "oauth4webapi";
import * as client from "openid-client";
import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { close, listen } from "../../../infra/local/listen.ts";
import { afterFile } from "../../support/after-file.ts";
import { type Api, fieldsOf, openApi } from "../../support/api.ts";
import { buyToken } from "../../support/buy-token.ts";
import { eventually } from "../../support/eventually.ts";
import { costOf } from "../../support/log-lines.ts";
import { clientOf } from "../../support/make.ts";
import { errorOf, informationOf, registerAs, registeredOf } from "../../support/registered.ts";
import { REQUEST } from "../../support/rfc-registration.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

/** Dynamic registration as tools meet it that know the RFCs and nothing of this service. */

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
});

/** The metadata (RFC 8414) that a company puts where its tools look for it: Entra's own, with one member more. */
const metadata = () => ({
  issuer: "https://login.contoso.example",
  token_endpoint: cloud.addresses.tokenEndpoint,
  registration_endpoint: `${cloud.addresses.api}/register`,
});

/** The example of RFC 7591, section 3.1, without what nobody can have here. */
const { redirect_uris: _, ...RFC_WITHOUT_BROWSER } = REQUEST;

describe("a registration", () => {
  test("as RFC 7591 asks for it is answered with all that a client has to know", async () => {
    const { call, subscription } = await api.customer();
    const before = Math.floor(Date.now() / 1000);

    const answer = await call("POST", "/register", { json: RFC_WITHOUT_BROWSER });

    const made = registeredOf(answer);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("pragma")).toBe("no-cache");
    expect(made).toMatchObject({
      client_name: "My Example Client",
      grant_types: ["client_credentials"],
      response_types: [],
      // What was asked for, a policy of B2C does not take.
      token_endpoint_auth_method: "client_secret_post",
      scope: cloud.addresses.resourceScope,
      roles: ["api.read", "api.write"],
      consent: { state: "pending" },
      registration_client_uri: expect.stringMatching(`/api/register/${made.client_id}$`),
    });
    expect(made.client_id_issued_at).toBeGreaterThanOrEqual(before);
    expect(made.client_secret_expires_at).toBeGreaterThan(before);
    const alert = await cloud.inbox.nextAlert(({ payload }) =>
      JSON.stringify(payload).includes(made.client_id),
    );
    const shown = clientOf(await call("GET", `/clients/${alert.clientId}`));
    expect(shown).toMatchObject({
      appId: made.client_id,
      secrets: [{ hint: made.client_secret.slice(0, 3) }],
    });
    expect(subscription).toBeTruthy();
  });

  test("of oauth4webapi gets a token with what it was given", async () => {
    const { token } = await api.customer();
    const as = metadata();
    const insecure = { [oauth.allowInsecureRequests]: true };
    const registered = await oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(
        as,
        { client_name: "oauth4webapi", token_endpoint_auth_method: "client_secret_post" },
        { initialAccessToken: token, ...insecure },
      ),
    );

    const method = oauth.ClientSecretPost(String(registered["client_secret"]));
    const bought = await eventually(
      async () =>
        oauth.clientCredentialsGrantRequest(
          as,
          registered,
          method,
          new URLSearchParams({ scope: String(registered["scope"]) }),
          insecure,
        ),
      ({ status }) => status === 200,
    );

    const { access_token } = await oauth.processClientCredentialsResponse(as, registered, bought);
    expect(access_token).toMatch(/^ey/);
  });

  test("of openid-client gets a token, by the metadata that it discovers", async () => {
    const { token } = await api.customer();
    const server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(metadata()));
    });
    const port = await listen(server, 0);
    afterFile(() => close(server));
    const at = new URL(`http://127.0.0.1:${port}/.well-known/oauth-authorization-server`);

    const configuration = await client.dynamicClientRegistration(
      at,
      { client_name: "openid-client" },
      undefined,
      { initialAccessToken: token, execute: [client.allowInsecureRequests] },
    );

    const { scope } = configuration.clientMetadata();
    const bought = await eventually(
      () =>
        client
          .clientCredentialsGrant(configuration, { scope: String(scope) })
          .catch(() => undefined),
      (answer) => answer !== undefined,
    );
    expect(bought?.access_token).toMatch(/^ey/);
  });

  test("is answered when its secret works, where the tool prefers to wait for that", async () => {
    const { call } = await api.customer();

    const answer = await call("POST", "/register", { json: {}, headers: { prefer: "wait=30" } });

    const { client_id, client_secret, ready } = registeredOf(answer);
    expect([ready, answer.headers.get("preference-applied")]).toEqual([true, "wait=30"]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const { tokenEndpoint, resourceScope: scope } = cloud.addresses;
    await buyToken({ tokenEndpoint, clientId: client_id, clientSecret: client_secret, scope });
  });

  test("asked for again under its key makes nothing, and says which secret it was", async () => {
    const { call } = await api.customer();
    const ask = { json: { client_name: "Once" }, headers: { "idempotency-key": newId() } };
    const first = registeredOf(await call("POST", "/register", ask));

    const again = await call("POST", "/register", ask);

    expect([again.status, errorOf(again)]).toEqual([409, "invalid_request"]);
    const found = await call("GET", "/clients");
    expect(JSON.stringify(found.body)).toContain(first.client_id);
    expect(JSON.stringify(found.body).match(/"appId"/g)).toHaveLength(1);
  });
});

describe("what is refused in the words of the RFC", () => {
  const cases: readonly [string, object, string, string][] = [
    [
      "another grant",
      { grant_types: ["authorization_code"] },
      "invalid_client_metadata",
      "/grant_types/0",
    ],
    [
      "another grant besides",
      { grant_types: ["client_credentials", "refresh_token"] },
      "invalid_client_metadata",
      "/grant_types/1",
    ],
    ["a response type", { response_types: ["code"] }, "invalid_client_metadata", "/response_types"],
    [
      "no secret",
      { token_endpoint_auth_method: "none" },
      "invalid_client_metadata",
      "/token_endpoint_auth_method",
    ],
    ["a scope nobody has", { scope: "openid" }, "invalid_client_metadata", "/scope"],
    ["no name", { client_name: " " }, "invalid_client_metadata", "/client_name"],
    [
      "a statement",
      { software_statement: "a.b.c" },
      "unapproved_software_statement",
      "/software_statement",
    ],
    ["none", { software_statement: "a" }, "invalid_software_statement", "/software_statement"],
  ];
  test.each(cases)("%s", async (_what, json, error, field) => {
    const { call } = await api.customer();

    const answer = await call("POST", "/register", { json });

    expect([answer.status, errorOf(answer), fieldsOf(answer)]).toEqual([400, error, [field]]);
    expect(answer.headers.get("content-type")).toBe("application/json");
  });

  test("a name that the directory reserves, and a reader's token", async () => {
    const { call, subscription } = await api.customer();
    const reader = await api.customer({
      extension_subscriptionId: subscription,
      scp: "clients.read",
    });
    const json = { client_name: "Microsoft" };

    const [named, read, none] = [
      await call("POST", "/register", { json }),
      await reader.call("POST", "/register", { json }),
      await api.callWith(undefined)("POST", "/register", { json }),
    ];

    expect([named.status, errorOf(named)]).toEqual([400, "invalid_client_metadata"]);
    expect([read.status, errorOf(read)]).toEqual([403, "insufficient_scope"]);
    expect([none.status, errorOf(none)]).toEqual([401, "invalid_token"]);
    expect(read.headers.get("www-authenticate")).toContain("insufficient_scope");
  });
});

describe("a registered client", () => {
  test("reads, renames and deletes itself by its token, and then it is nobody's", async () => {
    const { call } = await api.customer();
    const made = await registerAs(call, { client_name: "First", scope: "api.read" });
    const { client_id, registration_access_token: token } = made;
    const path = `/register/${client_id}`;
    const own = api.callWith(token);
    const { client_secret, ...shown } = made;

    expect(informationOf(await own("GET", path))).toEqual(shown);
    const json = { client_id, client_secret, client_name: "Second", scope: "api.read" };
    await eventually(
      () => own("PUT", path, { json }),
      ({ status }) => status === 200,
    );
    expect(informationOf(await own("GET", path))).toEqual({ ...shown, client_name: "Second" });
    expect((await own("DELETE", path)).status).toBe(204);
    for (const method of ["GET", "DELETE"]) {
      const after = await own(method, path);
      expect([after.status, errorOf(after)]).toEqual([401, "invalid_token"]);
    }
  });

  test("is not opened by anybody else's token, whether it is there or not", async () => {
    const [ann, bob] = [await api.customer(), await api.customer()];
    const [anns, bobs] = [await registerAs(ann.call), await registerAs(bob.call)];
    const spoilt = `${bobs.registration_access_token.slice(0, -2)}AA`;

    const answers = await Promise.all(
      [anns.registration_access_token, spoilt, ann.token, "garbage"].flatMap((token) =>
        [bobs.client_id, newId(), "no-id"].map((id) =>
          api.callWith(token)("GET", `/register/${id}`),
        ),
      ),
    );

    const said = answers.map(({ status, body, headers }) => ({
      status,
      body: { ...Object(body), instance: "" },
      challenge: headers.get("www-authenticate"),
    }));
    expect(new Set(said.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(said[0]).toMatchObject({ status: 401, challenge: 'Bearer error="invalid_token"' });
    expect((await api.callWith(bobs.registration_access_token)("GET", `/clients`)).status).toBe(
      401,
    );
  });

  test("costs whoever has no right to it the same, whether it is there or not", async () => {
    const { call } = await api.customer();
    const [mine, gone] = [await registerAs(call), await registerAs(call)];
    const token = gone.registration_access_token;
    expect((await api.callWith(token)("DELETE", `/register/${gone.client_id}`)).status).toBe(204);

    const answers = [
      await api.callWith(mine.registration_access_token)("GET", `/register/${gone.client_id}`),
      await api.callWith(mine.registration_access_token)("GET", `/register/${newId()}`),
      await api.callWith(token)("GET", `/register/${gone.client_id}`),
      await api.callWith(token)("GET", `/register/${mine.client_id}`),
    ];

    const costs = await costOf(cloud, answers);
    const cost = { route: "registration-get", outcome: "unauthenticated" };
    expect(costs).toEqual(answers.map(() => ({ ...cost, directoryCalls: 0, tableOperations: 1 })));
  });

  test("cannot be made another by an update", async () => {
    const { call } = await api.customer();
    const made = await registerAs(call);
    const { client_id } = made;
    const own = api.callWith(made.registration_access_token);
    const put = (json: object) => own("PUT", `/register/${client_id}`, { json });

    for (const [json, error, field] of [
      [{ client_id: newId() }, "invalid_request", "/client_id"],
      [{ client_id, client_secret: "chosen" }, "invalid_request", "/client_secret"],
      [{ client_id, client_id_issued_at: 1 }, "invalid_request", "/client_id_issued_at"],
      [made, "invalid_request", "/registration_access_token"],
      [{ client_id, scope: "api.read" }, "invalid_client_metadata", "/scope"],
      [{ client_id, grant_types: ["implicit"] }, "invalid_client_metadata", "/grant_types/0"],
    ] as const) {
      const answer = await put(json);
      expect([answer.status, errorOf(answer)], field).toEqual([400, error]);
      expect(fieldsOf(answer)).toContain(field);
    }
    const { client_secret: _secret, ...shown } = made;
    // All that it may send, as it was told: nothing is left to change.
    const { registration_access_token, registration_client_uri, ...rest } = shown;
    const { client_id_issued_at, client_secret_expires_at, ...same } = rest;
    expect(informationOf(await put(same))).toEqual(shown);
  });
});
