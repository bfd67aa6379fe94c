import { webcrypto } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { startDirectory } from "../../infra/local/directory/start.ts";
import { openTap } from "../../infra/local/tap.ts";
import { type Api, openApi, problemOf, refusalOf } from "../support/api.ts";
import { buyToken } from "../support/buy-token.ts";
import { makeClient, makeSecret } from "../support/make.ts";
import type { SeenAnswer } from "../support/openapi-check.ts";
import { type OwnClient, ownClient } from "../support/own-client.ts";
import { newId } from "../support/samples.ts";
import { sharedCloud } from "../support/shared-cloud.ts";
import { claimsOf, type Forge, openForge } from "./support/forge.ts";
import { forgeries, type World } from "./support/forgeries.ts";

/** RFC 8725 (JSON Web Token Best Current Practices), section by section, over the socket. */

let cloud: Cloud;
let api: Api;
let customer: Forge;
let operator: Forge;
/** The resource API's own tokens: the issuer of operators' signs them, too. */
let resource: Forge;
/** A client's own, for this service: the issuer of customers signs them, too. */
let own: Forge;
let client: OwnClient;
let strange: webcrypto.CryptoKeyPair;
let first: SeenAnswer;

beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
  [customer, operator] = [await openForge(cloud, "ann"), await openForge(cloud, "olga")];
  const good = claimsOf(await buyToken(cloud.directory.resourceCredential));
  resource = forgeOf(operator, good);
  client = await ownClient(cloud, api, await api.customer());
  own = forgeOf(customer, claimsOf(client.token));
  strange = await webcrypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-256",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    true,
    ["sign", "verify"],
  );
  first = await api.callWith("nonsense")("GET", "/clients");
});

/** With other claims, by the same issuer. */
const forgeOf = (issuer: Forge, good: Forge["good"]): Forge => ({
  ...issuer,
  good,
  sign: (changes = {}, header = {}) =>
    issuer.signText(JSON.stringify({ ...good, ...changes }), header),
});
const asClient = (token: string) => api.callWith(token)("GET", "/self");
const asCustomer = (token: string) => api.callWith(token)("GET", "/clients");
const asOperator = (token: string) => api.callWith(token)("GET", "/admin/consents");
const asResource = (token: string) => api.callWith(token)("GET", `/lookup/${newId()}`);
const world = (): World => ({
  stranger: strange,
  elsewhere: cloud.inbox.origin,
  resourceAppId: cloud.settings["RESOURCE_APP_ID"] ?? "",
});
const v1 = (appid: string) => ({ azp: undefined, appid });
const withoutInstance = ({ status, headers, body }: SeenAnswer) => ({
  status,
  headers: [...headers].filter(
    ([name]) => !["date", "connection", "keep-alive", "request-id"].includes(name),
  ),
  body: { ...problemOf({ status, headers, body }), instance: "" },
});

describe("a token that is not the issuer's word for this API is refused, and nobody is told why", () => {
  test.each(Object.entries(forgeries))("%s", async (_, make) => {
    const answers = [
      await asCustomer(await make(customer, world())),
      await asOperator(await make(operator, world())),
      await asResource(await make(resource, world())),
      await asClient(await make(own, world())),
    ];

    expect(answers.map(withoutInstance)).toEqual(answers.map(() => withoutInstance(first)));
  });

  test("and the tokens they were made from are accepted", async () => {
    const answers = [
      await asCustomer(await customer.sign()),
      await asOperator(await operator.sign()),
      await asResource(await resource.sign()),
      await asClient(await own.sign()),
    ];

    expect(answers.map(refusalOf)).toEqual([
      "200 done",
      "200 done",
      "404 no-such-client",
      "200 done",
    ]);
  });
});

describe("a token of somebody else's", () => {
  test("a customer's opens no operator's route, nor the reverse", async () => {
    const ann = await customer.sign({ roles: ["Consent.Approve"] });
    const olga = await operator.sign({
      scp: "clients.read clients.write",
      extension_subscriptionId: "contoso",
    });

    expect(refusalOf(await asOperator(ann))).toBe("401 unauthenticated");
    expect(refusalOf(await asCustomer(olga))).toBe("401 unauthenticated");
  });

  test("another tenant's is refused, though its ids are ours", async () => {
    const certificatesFolder = (cloud.settings["NODE_EXTRA_CA_CERTS"] ?? "").replace(
      /ca\.pem$/,
      "",
    );
    const other = await startDirectory({
      httpPort: 0,
      httpsPort: 0,
      dataFile: ":memory:",
      certificatesFolder,
      tap: openTap,
    });
    const tokens = [
      await other.issueUserToken("ann"),
      await other.issueUserToken("ann", { claims: { aud: customer.good["aud"] } }),
      await other.issueUserToken("ann", {
        claims: { aud: customer.good["aud"], iss: customer.good["iss"] },
      }),
    ];
    await other.stop();

    const answers = await Promise.all(tokens.map(asCustomer));

    expect(answers.map(refusalOf)).toEqual(tokens.map(() => "401 unauthenticated"));
  });

  test("an ID token, which has our audience too, opens nothing", async () => {
    const idToken = { azp: undefined, scp: undefined, nonce: "n" };

    const [ann, olga] = [
      await asCustomer(await customer.sign(idToken)),
      await asOperator(await operator.sign(idToken)),
    ];

    expect(refusalOf(ann)).toBe("403 missing-scope");
    expect(refusalOf(olga)).toBe("401 unauthenticated");
  });

  test("a client's own, bought with a secret of ours, opens nothing", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    const { secretText } = await makeSecret(call, client.id);
    const buy = (scope: string): Promise<string> =>
      buyToken({
        tokenEndpoint: client.tokenEndpoint,
        clientId: client.appId,
        clientSecret: secretText,
        scope,
      });

    const forResource = await buy(client.scope);
    const forPortal = await buy(
      (cloud.settings["PORTAL_SCOPES"]?.split(",")[0] ?? "").replace(/[^/]*$/, ".default"),
    );

    expect(refusalOf(await asCustomer(forResource))).toBe("401 unauthenticated");
    expect(refusalOf(await asCustomer(forPortal))).toBe("403 missing-scope");
    for (const token of [forResource, forPortal])
      expect(refusalOf(await asOperator(token))).toBe("401 unauthenticated");
  });
});

describe("a valid token that says too little", () => {
  test.each([
    ["no scope", { scp: undefined }],
    ["another scope", { scp: "clients.write" }],
    ["a scope that begins alike", { scp: "clients.readwrite clients.read.all" }],
    ["scopes as a list", { scp: ["clients.read"] }],
  ])("%s", async (_, claims) => {
    expect(refusalOf(await asCustomer(await customer.sign(claims)))).toBe("403 missing-scope");
  });

  test("a reader may not write", async () => {
    const call = api.callWith(await customer.sign({ scp: "clients.read" }));
    const answer = await call("POST", "/clients", { json: { displayName: "x" } });

    expect(refusalOf(answer)).toBe("403 missing-scope");
    expect(answer.headers.get("www-authenticate")).toContain('scope="clients.write"');
  });

  test.each([
    ["none", undefined],
    ["null", null],
    ["empty", ""],
    ["blank", "   "],
    ["blanks around", " contoso"],
    ["a line break", "contoso\n"],
    ["a number", 7],
    ["true", true],
    ["a list", ["contoso"]],
    ["an object", { toString: "contoso" }],
    ["too long", "c".repeat(129)],
    ["half a surrogate pair", "\ud800"],
    ["a null character", "contoso\u0000"],
    ["a line separator", "contoso\u2028"],
  ])("its subscription is %s", async (_, extension_subscriptionId) => {
    const answer = await asCustomer(await customer.sign({ extension_subscriptionId }));

    expect(refusalOf(answer)).toBe("403 no-subscription");
  });

  test.each([
    ["no roles", undefined],
    ["another role", ["Consent.Read"]],
    ["a role as text", "Consent.Approve"],
    ["a role that begins alike", ["Consent.Approve.All"]],
  ])("an operator with %s", async (_, roles) => {
    expect(refusalOf(await asOperator(await operator.sign({ roles })))).toBe("403 missing-role");
  });

  test("a subscription named twice is the one named last, for every part of the service", async () => {
    const text = JSON.stringify(customer.good).replace(
      '"contoso"',
      '"fabrikam","extension_subscriptionId":"twice-named"',
    );
    const call = api.callWith(await customer.signText(text));
    const { id } = await makeClient(call);

    const [last, other] = await Promise.all(
      ["twice-named", "fabrikam"].map(async (extension_subscriptionId) =>
        api.callWith(await customer.sign({ extension_subscriptionId }))("GET", `/clients/${id}`),
      ),
    );

    expect([last?.status, other?.status]).toEqual([200, 404]);
  });
});

describe("operators' routes, for people only, through an application that is named", () => {
  test.each([
    ["an application's own token", { scp: undefined, idtyp: "app" }, "403 missing-scope"],
    ["one that does not say so", { scp: undefined }, "403 missing-scope"],
    ["one marked as an application's, with a scope", { idtyp: "app" }, "403 missing-scope"],
    ["another scope of the same API", { scp: "access_as_reader" }, "403 missing-scope"],
    ["another application", { azp: newId() }, "403 application-not-allowed"],
    ["another application, as version 1.0 names it", v1(newId()), "403 application-not-allowed"],
    ["an application as a list", { azp: [newId()] }, "401 unauthenticated"],
  ])("%s is refused", async (_, claims, refusal) => {
    expect(refusalOf(await asOperator(await operator.sign(claims)))).toBe(refusal);
  });

  test("the application's id may be written in capitals", async () => {
    const azp = String(operator.good["azp"]).toUpperCase();

    expect((await asOperator(await operator.sign({ azp }))).status).toBe(200);
  });
});

describe("looking clients up is for applications of the company's, with a role for that", () => {
  test.each([
    ["a person's token, with the role", { scp: "access_as_operator" }, "403 missing-role"],
    ["no role", { roles: undefined }, "403 missing-role"],
    ["an operator's role", { roles: ["Consent.Approve"] }, "403 missing-role"],
    ["a role that begins alike", { roles: ["Clients.Lookup.All"] }, "403 missing-role"],
    ["the role as text", { roles: "Clients.Lookup" }, "403 missing-role"],
    ["no application", { azp: undefined }, "401 unauthenticated"],
  ])("%s is refused", async (_, claims, refusal) => {
    expect(refusalOf(await asResource(await resource.sign(claims)))).toBe(refusal);
  });

  test("nobody else's token does, and its own opens nothing else", async () => {
    const mine = await resource.sign();

    expect(refusalOf(await asResource(await customer.sign()))).toBe("401 unauthenticated");
    expect(refusalOf(await asResource(await operator.sign()))).toBe("403 missing-role");
    expect(refusalOf(await asOperator(mine))).toBe("403 missing-scope");
    expect(refusalOf(await asCustomer(mine))).toBe("401 unauthenticated");
  });
});

describe("a client rotates its own secrets by a token for this service, and by no other", () => {
  test("nobody else's token does, and its own opens nothing else", async () => {
    const mine = await own.sign();
    const forResource = await client.buy(client.client.scope);

    expect(refusalOf(await asClient(forResource))).toBe("401 unauthenticated");
    expect(refusalOf(await asClient(await customer.sign()))).toBe("401 unauthenticated");
    expect(refusalOf(await asClient(await operator.sign()))).toBe("401 unauthenticated");
    expect(refusalOf(await asClient(await resource.sign()))).toBe("401 unauthenticated");
    expect(refusalOf(await asCustomer(mine))).toBe("401 unauthenticated");
    expect(refusalOf(await asOperator(mine))).toBe("401 unauthenticated");
    expect(refusalOf(await asResource(mine))).toBe("401 unauthenticated");
    const called = await fetch(`${cloud.addresses.demoApi}/tasks`, {
      headers: { authorization: `Bearer ${mine}` },
    });
    expect(called.status).toBe(401);
  });

  test.each([
    ["no role", { scp: undefined }, "403 missing-role"],
    ["a role of the company's API", { scp: "api.read" }, "403 missing-role"],
    ["a role that begins alike", { scp: "keys.rotate.all" }, "403 missing-role"],
    ["a person's", { idtyp: "user" }, "403 missing-role"],
    ["no client", { azp: undefined }, "401 unauthenticated"],
    ["a client as a list", { azp: [newId()] }, "401 unauthenticated"],
    ["a client that is nobody's", { azp: newId() }, "404 not-found"],
    ["an hour old", { exp: Math.floor(Date.now() / 1000) - 60 }, "401 unauthenticated"],
  ])("%s is refused", async (_, claims, refusal) => {
    expect(refusalOf(await asClient(await own.sign(claims)))).toBe(refusal);
  });

  test("a client that asked for no such role is nobody, though somebody has granted it", async () => {
    const plain = await makeClient((await api.customer()).call);

    expect(refusalOf(await asClient(await own.sign({ azp: plain.appId })))).toBe("404 not-found");
  });
});

describe("customers' tokens come from the user flows that are named", () => {
  test.each([
    ["another flow", { tfp: "B2C_1_edit_profile" }, "403 user-flow-not-allowed"],
    ["one that begins alike", { tfp: "B2C_1_signin_edit" }, "403 user-flow-not-allowed"],
    ["none", { tfp: undefined }, "403 user-flow-not-allowed"],
    ["a list", { tfp: ["B2C_1_signin"] }, "403 user-flow-not-allowed"],
    [
      "another one, whatever acr says besides",
      { tfp: "B2C_1_edit", acr: "b2c_1_signin" },
      "403 user-flow-not-allowed",
    ],
    ["the right one in acr", { tfp: undefined, acr: "b2c_1_signin" }, "200 done"],
    ["the right one in another case", { tfp: "b2c_1_SIGNIN" }, "200 done"],
  ])("%s", async (_, claims, refusal) => {
    expect(refusalOf(await asCustomer(await customer.sign(claims)))).toBe(refusal);
  });
});

const webhookAbout = (id: string) =>
  cloud.inbox.nextAlert(({ channel, clientId }) => channel === "webhook" && clientId === id);

describe.concurrent("the name of a person, which people may choose themselves", () => {
  test.each([
    [
      "cannot look like another line of an alert",
      "Ann\r\nGrant it at\u2028https://evil.example\u202e",
      "Ann Grant it at https://evil.example",
    ],
    ["is cut to a name's length", "N".repeat(4_000), "N".repeat(120)],
  ])("%s", async (_, name, shown) => {
    const { call } = await api.customer({ name });

    const { id } = await makeClient(call);

    const alert = await webhookAbout(id);
    expect(JSON.stringify(alert.payload)).toContain(`"${shown}"`);
  });

  test.each([[7], [null], [{}], [" "]])("is the person's id when it is %j", async (name) => {
    const { call } = await api.customer({ name, oid: "the-person" });

    const { id } = await makeClient(call);

    const alert = await webhookAbout(id);
    expect(JSON.stringify(alert.payload)).toContain('"the-person"');
  });
});
