import { expect, test } from "vitest";
import { registrationUpdate } from "../../../functions/http/registration/registrations.ts";
import { registerClient } from "../../../shared/operations/clients/register-client.ts";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { memoryTokenEndpoint } from "../../doubles/memory-token-endpoint.ts";
import { aGiven } from "../../support/certificates.ts";
import { testProduct } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

/** What a registered client is told of itself when it has changed something (RFC 7592, section 2.2). */

test("its secret ends when the secret does, however long its certificates last", async () => {
  const product = testProduct();
  const made = await registerClient(product, {
    ...{ subscription: "contoso", by: ANN, displayName: "A gateway", requestedBy: "Ann" },
    roles: ["api.read"],
    secret: { displayName: "Registration", lifetimeDays: 30 },
    authMethod: "client_secret_post",
    tokenSecret: Buffer.alloc(32, 7),
  });
  if (!made.ok) throw new Error(made.refusal.reason);
  const { record, secret, token } = made.value;
  const added = await addCertificate(product, {
    ...{ subscription: "contoso", by: ANN, clientId: record.id, displayName: "Import" },
    certificate: aGiven(product.runtime.now(), 300),
  });
  expect(added.ok).toBe(true);

  const tokenEndpoint = "https://login.example/token";
  const update = registrationUpdate({
    ...product,
    tokenEndpoint: memoryTokenEndpoint(),
    advice: { tokenEndpoint, resourceScope: "api://r/.default", publicUrl: "https://k.example" },
    ...{ signInAudience: "AzureADMyOrg", resourceScope: "api://r/.default", canRotate: false },
  });
  const answer = await update.handle({
    caller: {
      ...{ kind: "registrant", subscription: "contoso", client: record, token },
      actor: { kind: "client", subject: record.appId },
    },
    by: ANN,
    body: { client_id: record.appId, client_name: "Another name" },
    ...{ id: "", keyId: "", credentialId: "", subscription: "", appId: record.appId },
    ...{ query: undefined, asLines: false },
  });

  expect(answer).toMatchObject({
    value: {
      body: {
        client_name: "Another name",
        client_secret_expires_at: Math.floor(secret.expiresAt.getTime() / 1000),
      },
    },
  });
});
