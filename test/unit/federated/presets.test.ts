import { describe, expect, it } from "vitest";
import { fillPreset, type PresetRequest } from "../../../shared/clients/federated/preset.ts";
import { PRESETS } from "../../../shared/clients/federated/presets.ts";

const fill = (preset: string, scope: string | undefined, values: PresetRequest["values"]) =>
  fillPreset(PRESETS, { preset, scope, values });
const errors = (filled: ReturnType<typeof fill>) => (filled.ok ? [] : filled.refusal.errors);

const audience = "api://AzureADTokenExchange";
const repo = { organization: "octo-org", repository: "octo-repo" };
const organizationId = "cc675aa2-a9f1-4091-9600-8fd083925744";

describe("what a preset makes of what people know", () => {
  // Each as the platform or Microsoft documents it, or as a program's own token was recorded.
  it.each([
    [
      "github-actions",
      "branch",
      { ...repo, branch: "main" },
      "https://token.actions.githubusercontent.com",
      "repo:octo-org/octo-repo:ref:refs/heads/main",
    ],
    [
      "github-actions",
      "environment",
      { ...repo, environment: "Production: EU" },
      "https://token.actions.githubusercontent.com",
      "repo:octo-org/octo-repo:environment:Production%3A EU",
    ],
    [
      "github-actions",
      "tag",
      {
        ...{ organization: "contoso", organizationId: "5544123" },
        ...{ repository: "payments-api", repositoryId: "821093847", tag: "v2" },
      },
      "https://token.actions.githubusercontent.com",
      "repo:contoso@5544123/payments-api@821093847:ref:refs/tags/v2",
    ],
    [
      "github-actions",
      "pull-request",
      { ...repo, issuer: "https://github.example.com/_services/token" },
      "https://github.example.com/_services/token",
      "repo:octo-org/octo-repo:pull_request",
    ],
    [
      "gitlab",
      "branch",
      { project: "acme-group/billing-service", branch: "feature/x" },
      "https://gitlab.com",
      "project_path:acme-group/billing-service:ref_type:branch:ref:feature/x",
    ],
    [
      "gitlab",
      "tag",
      { project: "agroup/bgroup/myproject", tag: "v4.2.0" },
      "https://gitlab.com",
      "project_path:agroup/bgroup/myproject:ref_type:tag:ref:v4.2.0",
    ],
    [
      "azure-devops",
      "connection",
      {
        tenantId: "16b3c013-d300-468d-ac64-7eda0820b6d3",
        organizationId,
        connectionId: "259270a3-61be-4f9c-aee0-14478327844e",
      },
      "https://login.microsoftonline.com/16b3c013-d300-468d-ac64-7eda0820b6d3/v2.0",
      `/eid1/c/pub/t/E8CzFgDTjUasZH7aCCC20w/a/rISbSSETf0KqFyZ8ppdXmA/sc/${organizationId}/259270a3-61be-4f9c-aee0-14478327844e`,
    ],
    [
      "azure-devops",
      "connection-by-name",
      { organizationId, organization: "my-org", project: "My Project", connection: "to azure" },
      `https://vstoken.dev.azure.com/${organizationId}`,
      "sc://my-org/My Project/to azure",
    ],
    [
      "terraform-cloud",
      "apply",
      { organization: "azurecitadel", project: "Default Project", workspace: "example" },
      "https://app.terraform.io",
      "organization:azurecitadel:project:Default Project:workspace:example:run_phase:apply",
    ],
    [
      "kubernetes",
      undefined,
      {
        issuer: "https://eastus2.oic.prod-aks.azure.com/tenant/cluster/",
        namespace: "default",
        serviceAccount: "workload-identity-sa",
      },
      "https://eastus2.oic.prod-aks.azure.com/tenant/cluster/",
      "system:serviceaccount:default:workload-identity-sa",
    ],
    [
      "google-cloud",
      undefined,
      { uniqueId: "104857600000000000000" },
      "https://accounts.google.com",
      "104857600000000000000",
    ],
    [
      "aws",
      "role",
      {
        issuer: "https://abc.tokens.sts.global.api.aws",
        roleArn: "arn:aws:iam::123456789012:role/backup",
      },
      "https://abc.tokens.sts.global.api.aws",
      "arn:aws:iam::123456789012:role/backup",
    ],
    [
      "spiffe",
      undefined,
      { issuer: "https://oidc.example.org", trustDomain: "example.org", path: "/ns/a/sa/b" },
      "https://oidc.example.org",
      "spiffe://example.org/ns/a/sa/b",
    ],
  ] as const)("%s, %s", (preset, scope, values, issuer, subject) => {
    expect(fill(preset, scope, values)).toEqual({
      ok: true,
      value: { issuer, subject, audience },
    });
  });

  it("is refused by name where something is missing, unknown or not written so", () => {
    expect(errors(fill("jenkins", undefined, {}))).toEqual([
      {
        path: ["preset"],
        message:
          "must be one of github-actions, gitlab, azure-devops, terraform-cloud, kubernetes, google-cloud, aws, spiffe",
      },
    ]);
    expect(errors(fill("gitlab", undefined, {}))).toEqual([
      { path: ["scope"], message: "must be one of branch, tag" },
    ]);
    const values = { organization: "octo-org", repository: "a b", branch: "*", subject: "x" };
    expect(errors(fill("github-actions", "branch", values))).toEqual([
      { path: ["values", "subject"], message: "is not known; leave it out" },
      { path: ["values", "repository"], message: "must be written as octo-repo is" },
      { path: ["values", "branch"], message: "must be written as main is" },
    ]);
    expect(errors(fill("google-cloud", undefined, {}))).toEqual([
      { path: ["values", "uniqueId"], message: "must be given" },
    ]);
  });

  it("takes no half of an immutable subject, which would be a subject that no token has", () => {
    const values = { ...repo, branch: "main", repositoryId: "456789" };
    expect(errors(fill("github-actions", "branch", values))).toEqual([
      { path: ["values", "repositoryId"], message: "must be given together with organizationId" },
    ]);
  });

  it("takes nothing that would change the meaning of what stands around it", () => {
    for (const branch of ["main:environment:prod", "a b", "x\ny", ""])
      expect(fill("github-actions", "branch", { ...repo, branch }).ok, branch).toBe(false);
    for (const namespace of ["a:b", "A", "-a", "a/b"]) {
      const values = { issuer: "https://x.example", namespace, serviceAccount: "s" };
      expect(fill("kubernetes", undefined, values).ok, namespace).toBe(false);
    }
    for (const issuer of ["http://x.example", "https://x.example?a", "https://x.example#a"]) {
      const values = { issuer, namespace: "a", serviceAccount: "s" };
      expect(fill("kubernetes", undefined, values).ok, issuer).toBe(false);
    }
  });

  it("is never longer than the directory takes", () => {
    const project = `${"g".repeat(120)}/${"p".repeat(120)}`;
    const branch = "b".repeat(255);
    expect(fill("gitlab", "branch", { project, branch }).ok).toBe(true);
    const path = `/${"a".repeat(299)}`;
    const spiffe = { issuer: "https://x.example", trustDomain: "d".repeat(255), path };
    expect(fill("spiffe", undefined, spiffe).ok).toBe(true);
    const long = { ...spiffe, issuer: `https://${"x".repeat(593)}` };
    expect(errors(fill("spiffe", undefined, long))).toEqual([
      { path: ["values", "issuer"], message: "must have at most 600 characters" },
    ]);
  });
});

describe("the list of presets", () => {
  it("has an example of each field that is taken, and no field that nothing is made of", () => {
    for (const preset of PRESETS)
      for (const scope of preset.scopes) {
        const fields = [...preset.fields, ...scope.fields];
        const values = Object.fromEntries(fields.map(({ name, example }) => [name, example]));
        const filled = fill(preset.id, scope.id, values);
        expect(filled, `${preset.id} ${scope.id}`).toMatchObject({ ok: true });
        const templates = (scope.issuer ?? preset.issuer) + scope.subject;
        for (const { name } of fields) expect(templates).toContain(`{${name}`);
        const made = filled.ok ? filled.value.issuer + filled.value.subject : "";
        expect(made).not.toMatch(/[{}[\]|]/);
      }
  });
});
