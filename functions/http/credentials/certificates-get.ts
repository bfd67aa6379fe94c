import { done, refused } from "../../../shared/base/outcome.ts";
import { getClient } from "../../../shared/clients/get-client.ts";
import { isSameKey } from "../../../shared/clients/known-secrets.ts";
import type { SecretRecords } from "../../../shared/clients/secret-record.ts";
import { route } from "../../edge/route.ts";
import { CertificateListShape, CertificateShape, showCertificate } from "./certificate-shapes.ts";

type Deps = Parameters<typeof getClient>[0];

export const certificatesList = (deps: Deps) =>
  route(
    {
      name: "certificates-list",
      operationId: "listCertificates",
      method: "GET",
      path: "/clients/{id}/certificates",
      access: "clients.read",
      summary: "List a client's certificates, live from the directory",
      description: "All of them, those that were added in the directory too.",
      replies: { 200: { description: "The client's certificates", schema: CertificateListShape } },
      problems: ["not-found", "directory-throttled"],
    },
    async ({ caller, id }) => {
      const found = await getClient(deps, { subscription: caller.subscription, clientId: id });
      if (!found.ok) return found;
      const { record, certificates } = found.value;
      const items = certificates.map(showCertificate(record));
      return done({ status: 200, body: { items } });
    },
  );

export const certificatesGet = (deps: Deps & { readonly secrets: Pick<SecretRecords, "secret"> }) =>
  route(
    {
      name: "certificates-get",
      operationId: "getCertificate",
      method: "GET",
      path: "/clients/{id}/certificates/{keyId}",
      access: "clients.read",
      summary: "Read one certificate, live from the directory",
      description:
        "Its name, thumbprint and end; with subject and SHA-256, which the directory shows to nobody, where it was added here.",
      replies: { 200: { description: "The certificate", schema: CertificateShape } },
      problems: ["not-found", "certificate-not-found", "directory-throttled"],
    },
    async ({ caller: { subscription }, id: clientId, keyId }) => {
      const found = await getClient(deps, { subscription, clientId });
      if (!found.ok) return found;
      const { record, certificates } = found.value;
      const certificate = certificates.find((it) => isSameKey(it.keyId, keyId));
      if (!certificate) return refused({ reason: "certificate-not-found" as const });
      const known = await deps.secrets.secret(subscription, clientId, keyId);
      const show = showCertificate(record, known?.record.certificate);
      return done({ status: 200, body: show(certificate) });
    },
  );
