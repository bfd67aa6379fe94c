import type { Preset } from "./preset.ts";

/** Where programs run. */

const DNS_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";

/**
 * kubernetes.io, "Configure Service Accounts for Pods": `system:serviceaccount:NAMESPACE:NAME`. Issuers of clusters on Azure end
 * with a slash, which counts.
 */
const kubernetes: Preset = {
  id: "kubernetes",
  title: "Kubernetes",
  documentation:
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",
  issuer: "{issuer}",
  fields: [
    {
      name: "issuer",
      title: "Issuer of the cluster",
      pattern: "https://[^\\s?#]+",
      maxLength: 600,
      example: "https://oidc.example.com/my-cluster",
    },
    {
      name: "namespace",
      title: "Namespace",
      pattern: DNS_LABEL,
      maxLength: 63,
      example: "production",
    },
    {
      name: "serviceAccount",
      title: "Service account",
      pattern: `${DNS_LABEL}(?:\\.${DNS_LABEL})*`,
      maxLength: 253,
      example: "nightly-import",
    },
  ],
  scopes: [
    {
      id: "service-account",
      title: "A service account",
      subject: "system:serviceaccount:{namespace}:{serviceAccount}",
      fields: [],
    },
  ],
};

/** Google's identity tokens of a service account; Microsoft Learn, "Use a Google Cloud workload identity": `sub` is its unique id. */
const google: Preset = {
  id: "google-cloud",
  title: "Google Cloud",
  documentation: "https://cloud.google.com/docs/authentication/get-id-token",
  issuer: "https://accounts.google.com",
  fields: [
    {
      name: "uniqueId",
      title: "Unique id of the service account (a number)",
      pattern: "[0-9]{10,30}",
      maxLength: 30,
      example: "104857600000000000000",
    },
  ],
  scopes: [
    { id: "service-account", title: "A service account", subject: "{uniqueId}", fields: [] },
  ],
};

/** docs.aws.amazon.com, "Getting started with outbound identity federation": an issuer for each account, `sub` the role's ARN. */
const aws: Preset = {
  id: "aws",
  title: "Amazon Web Services",
  documentation:
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_getting_started.html",
  issuer: "{issuer}",
  fields: [
    {
      name: "issuer",
      title: "Issuer of the account",
      pattern: "https://[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+",
      maxLength: 600,
      example: "https://8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d.tokens.sts.global.api.aws",
    },
    {
      name: "roleArn",
      title: "ARN of the role",
      pattern: "arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+",
      maxLength: 255,
      example: "arn:aws:iam::123456789012:role/nightly-import",
    },
  ],
  scopes: [{ id: "role", title: "A role", subject: "{roleArn}", fields: [] }],
};

/** SPIFFE, "JWT-SVID": `sub` is the SPIFFE ID. The issuer is that of the OIDC Discovery Provider, which SPIRE has to be told. */
const spiffe: Preset = {
  id: "spiffe",
  title: "SPIFFE",
  documentation: "https://github.com/spiffe/spiffe/blob/main/standards/JWT-SVID.md",
  issuer: "{issuer}",
  fields: [
    {
      name: "issuer",
      title: "Address of the OIDC Discovery Provider",
      pattern: "https://[^\\s?#]+",
      maxLength: 600,
      example: "https://oidc-discovery.example.org",
    },
    {
      name: "trustDomain",
      title: "Trust domain",
      pattern: "[a-z0-9._-]+",
      maxLength: 255,
      example: "example.org",
    },
    {
      name: "path",
      title: "Path of the workload",
      pattern: "(?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._-]+)+",
      maxLength: 300,
      example: "/ns/production/sa/nightly-import",
    },
  ],
  scopes: [
    { id: "workload", title: "A workload", subject: "spiffe://{trustDomain}{path}", fields: [] },
  ],
};

export const CLOUD_PRESETS: readonly Preset[] = [kubernetes, google, aws, spiffe];
