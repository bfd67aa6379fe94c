import { beforeEach, expect, test } from "vitest";
import type { Registrant } from "../../../functions/edge/caller.ts";
import {
  registrationDelete,
  registrationUpdate,
} from "../../../functions/http/registration/registrations.ts";
import { problemsOf } from "../../../functions/openapi/problem-answers.ts";
import {
  type Registered,
  registerClient,
} from "../../../shared/operations/clients/register-client.ts";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { memoryTokenEndpoint } from "../../doubles/memory-token-endpoint.ts";
import { aGiven } from "../../support/certificates.ts";
import { type TestProduct, testProduct } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

/** What a registered client is told that manages itself (RFC 7592, section 2). */

const tokenEndpoint = "https://login.example/token";
let product: TestProduct;
let made: Registered;
beforeEach(async () => {
  product = testProduct();
  const registered = await registerClient(product, {
    ...{ subscription: "contoso", by: ANN, displayName: "A gateway", requestedBy: "Ann" },
    roles: ["api.read"],
    secret: { displayName: "Registration", lifetimeDays: 30 },
    authMethod: "client_secret_post",
    tokenSecret: Buffer.alloc(32, 7),
  });
  if (!registered.ok) throw new Error(registered.refusal.reason);
  made = registered.value;
});

const routes = () => ({
  update: registrationUpdate({
    ...product,
    tokenEndpoint: memoryTokenEndpoint(),
    advice: { tokenEndpoint, resourceScope: "api://r/.default", publicUrl: "https://k.example" },
    ...{ signInAudience: "AzureADMyOrg", resourceScope: "api://r/.default", canRotate: false },
  }),
  remove: registrationDelete(product),
});

const call = () => {
  const { record: client, token } = made;
  const { appId } = client;
  const caller: Registrant = {
    ...{ kind: "registrant", subscription: "contoso", client, token },
    actor: { kind: "client", subject: appId },
  };
  return {
    caller,
    ...{ by: ANN, id: "", keyId: "", credentialId: "", subscription: "", appId },
    ...{ query: undefined, asLines: false },
  };
};
const renaming = () => ({
  ...call(),
  body: { client_id: made.record.appId, client_name: "Another name" },
});

test("its secret ends when the secret does, however long its certificates last", async () => {
  const added = await addCertificate(product, {
    ...{ subscription: "contoso", by: ANN, clientId: made.record.id, displayName: "Import" },
    certificate: aGiven(product.runtime.now(), 300),
  });
  expect(added.ok).toBe(true);

  expect(await routes().update.handle(renaming())).toMatchObject({
    value: {
      body: {
        client_name: "Another name",
        client_secret_expires_at: Math.floor(made.secret.expiresAt.getTime() / 1000),
      },
    },
  });
});

test("that the directory does not let the service manage it is among what the document lists", async () => {
  const { update, remove } = routes();
  const notOurs = { kind: "refused", refusal: { reason: "not-ours" } } as const;
  const refused = { ok: false, refusal: { reason: "client-not-managed" } };

  product.directory.answerNext("rename", notOurs);
  expect(await update.handle(renaming())).toEqual(refused);
  product.directory.answerNext("delete", notOurs);
  expect(await remove.handle({ ...call(), body: undefined })).toEqual(refused);

  for (const { contract } of [update, remove])
    expect(problemsOf(contract), contract.name).toContain("client-not-managed");
});
