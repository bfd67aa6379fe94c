import { beforeAll, describe, expect, test } from "vitest";
import { CertificateShape } from "../../../functions/http/credentials/certificate-shapes.ts";
import { CredentialListShape } from "../../../functions/http/credentials/credential-shapes.ts";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type ApiCaller, fieldsOf, openApi, problemOf, refusalOf } from "../../support/api.ts";
import { aPem } from "../../support/certificates.ts";
import { entraHost } from "../../support/entra-host.ts";
import { grantAs } from "../../support/grant-as.ts";
import { federatedOf, makeClient, makeFederated, makeSecret } from "../../support/make.ts";
import type { SeenAnswer } from "../../support/openapi-check.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

/** Federated credentials over the API's socket; the rules are in `unit/federated` and `unit/operations/federated`. */

let cloud: Cloud;
let ann: ApiCaller;
let clientId: string;
let path: string;
beforeAll(async () => {
  cloud = await sharedCloud();
  ann = await (await entraHost(cloud)).customer();
  clientId = (await makeClient(ann.call)).id;
  path = `/clients/${clientId}/federated-credentials`;
});

const add = (json: object, headers: Record<string, string> = {}) =>
  ann.call("POST", path, { json, headers });
const values = { organization: "Octo-Org", repository: "octo-repo", branch: "main" };
const refusalOrStatus = (answer: SeenAnswer) =>
  answer.status < 300 ? answer.status : refusalOf(answer);
const github = { name: "github-main", preset: "github-actions", scope: "branch", values };

describe("a federated credential", () => {
  test("is made of a preset once under a key, shown, in the way of its like, and removed", async () => {
    const key = { "idempotency-key": newId() };
    const added = await add(github, key);
    expect([added.status, added.body]).toEqual([
      201,
      {
        ...{ id: federatedOf(added).id, kind: "federated", displayName: "github-main" },
        issuer: "https://token.actions.githubusercontent.com",
        subject: "repo:Octo-Org/octo-repo:ref:refs/heads/main",
        audience: "api://AzureADTokenExchange",
        createdAt: expect.any(String),
      },
    ]);

    const again = await add(github, key);
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([201, "true"]);
    expect(again.body).toEqual(added.body);

    const other = await add({ ...github, name: "another" });
    expect(refusalOf(other)).toBe("409 federated-exists");
    expect(problemOf(other)).toMatchObject({ alike: "trust", credentials: [added.body] });

    expect((await ann.call("GET", path)).body).toEqual({ items: [added.body] });
    const { id } = federatedOf(added);
    expect((await ann.call("DELETE", `${path}/${id}`)).status).toBe(204);
    expect(refusalOf(await ann.call("DELETE", `${path}/${id}`))).toBe("404 federated-not-found");
    expect((await ann.call("GET", path)).body).toEqual({ items: [] });
  });

  test("is refused member by member before the directory is asked", async () => {
    const trust = { name: "plain", issuer: "https://issuer.example", subject: "me" };
    cloud.directory.resetRequests();
    const wrong: readonly [object, readonly string[]][] = [
      [{ ...trust, name: "a b" }, ["/name"]],
      [{ ...trust, name: "-ab" }, ["/name"]],
      [{ ...trust, name: "ab" }, ["/name"]],
      [{ ...trust, name: "a".repeat(121) }, ["/name"]],
      [{ ...trust, issuer: "http://issuer.example" }, ["/issuer"]],
      [{ ...trust, issuer: "https://issuer.example?a=b" }, ["/issuer"]],
      [{ ...trust, subject: " me" }, ["/subject"]],
      [{ ...trust, subject: "me\n" }, ["/subject"]],
      [{ ...trust, subject: "repo:a/\ud800" }, ["/subject"]],
      [{ ...trust, issuer: "https://issuer.example/\ud800" }, ["/issuer"]],
      [{ ...github, values: { ...values, branch: "\ud800" } }, ["/values/branch"]],
      [{ ...trust, subject: "repo:a/*" }, ["/subject"]],
      [{ ...trust, subject: "s".repeat(601) }, ["/subject"]],
      [{ ...trust, audience: "" }, ["/audience"]],
      [{ name: "plain" }, ["/issuer", "/subject"]],
      [{ ...trust, values: {} }, ["/values"]],
      [{ ...github, subject: "me" }, ["/subject"]],
      [{ ...github, preset: "jenkins" }, ["/preset"]],
      [{ ...github, scope: "commit" }, ["/scope"]],
      [{ ...github, values: { ...values, branch: "a b" } }, ["/values/branch"]],
    ];
    for (const [json, fields] of wrong) {
      const answer = await add(json);
      expect([answer.status, fieldsOf(answer)], JSON.stringify(json)).toEqual([400, fields]);
    }
    expect(cloud.directory.requests()).toEqual([]);
  });

  test("says in a dry run which token it would take, and what differs, and takes no signature", async () => {
    const credential = await makeFederated(ann.call, clientId, { name: "dry" });
    const dryRun = (json: object) => ann.call("POST", `${path}/dry-run`, { json });
    const claims = { iss: credential.issuer, sub: credential.subject, aud: credential.audience };

    const taken = await dryRun({ claims: { ...claims, repository_owner: "octo-org" } });
    expect(taken.body).toEqual({ taken: true, compared: [{ credential, differs: [] }] });

    const sub = credential.subject.toUpperCase();
    const payload = Buffer.from(JSON.stringify({ ...claims, sub })).toString("base64url");
    const refused = await dryRun({ token: `e30.${payload}.` });
    expect(refused.body).toMatchObject({
      taken: false,
      compared: [{ differs: [{ part: "subject", presented: sub, only: "case" }] }],
    });

    for (const [json, field] of [
      [{ token: `e30.${payload}.signature` }, "/token"],
      [{ token: "e30" }, "/token"],
      [{ token: `e30.${payload}`, claims }, "/claims"],
      [{}, "/claims"],
      [{ claims: { iss: "x" } }, "/claims/sub"],
    ] as const)
      expect(fieldsOf(await dryRun(json)), JSON.stringify(json)).toContain(field);
  });

  test("stands on one list with secrets and certificates; the last of them goes only when that is meant", async () => {
    const { call } = ann;
    const { id } = await makeClient(call);
    const at = `/clients/${id}`;
    const { keyId } = await makeSecret(call, id);
    const json = { certificate: aPem(), displayName: "A certificate" };
    const certificate = CertificateShape().parse(
      (await call("POST", `${at}/certificates`, { json })).body,
    );
    const trust = await makeFederated(call, id);

    const list = CredentialListShape().parse((await call("GET", `${at}/credentials`)).body);
    expect(list.items).toEqual([
      expect.objectContaining({ id: keyId, kind: "secret", displayName: "A secret" }),
      {
        ...{ id: certificate.keyId, kind: "certificate", displayName: "A certificate" },
        ...{ createdAt: certificate.createdAt, expiresAt: certificate.expiresAt },
        thumbprint: certificate.thumbprint,
      },
      trust,
    ]);
    const stranger = await (await openApi(cloud)).customer();
    expect((await stranger.call("GET", `${at}/credentials`)).status).toBe(404);

    await grantAs(cloud, id);
    const remove = async (path: string) => refusalOrStatus(await call("DELETE", `${at}/${path}`));
    expect(await remove(`secrets/${keyId}`)).toBe(204);
    expect(await remove(`certificates/${certificate.keyId}`)).toBe(204);
    expect(await remove(`federated-credentials/${trust.id}`)).toBe("409 last-secret");
    expect(await remove(`federated-credentials/${trust.id}?confirm=last`)).toBe(204);
  });

  test("is none where clients' tokens come from a policy of Azure AD B2C, which takes secrets only", async () => {
    const { call } = await (await openApi(cloud)).customer();
    const { id } = await makeClient(call);
    const answer = await call("POST", `/clients/${id}/federated-credentials`, { json: github });
    expect(problemOf(answer)).toMatchObject({ kind: "federated", why: "directory" });
    expect(refusalOf(answer)).toBe("422 credential-kind-not-allowed");
  });

  test("is told by name of each platform's preset what to ask", async () => {
    const { body } = await ann.call("GET", "/federated-presets");
    expect(body).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ id: "github-actions", issuer: "{issuer}" }),
        expect.objectContaining({ id: "kubernetes" }),
      ]),
    });
  });
});
