import type { Preset, PresetField } from "./preset.ts";

/** Where programs are built and deployed. What each token claims is cited; `sub` is compared letter by letter. */

const HTTPS = "https://[^\\s?#]+[^\\s?#/]";
const GUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const guid = (name: string, title: string): PresetField => ({
  name,
  title,
  pattern: GUID,
  maxLength: 36,
  example: "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
});
/** What git takes as the name of a branch or a tag, as far as it matters here: no blanks, and nothing that means a pattern. */
const REF = "[^\\s~^:?*\\[\\\\/]+(?:/[^\\s~^:?*\\[\\\\/]+)*";
const branch: PresetField = {
  ...{ name: "branch", title: "Branch", pattern: REF, maxLength: 255, example: "main" },
};
const tag: PresetField = {
  ...{ name: "tag", title: "Tag", pattern: REF, maxLength: 255, example: "v1.2.0" },
};

/**
 * docs.github.com, "OpenID Connect reference": `repo:ORG/REPO:ref:refs/heads/BRANCH`, `…:environment:NAME`, `…:pull_request`; a
 * colon in an environment's name is written `%3A`. Since 2026-07-15 repositories that are new, renamed or transferred have the
 * immutable form, `repo:ORG@ID/REPO@ID:…` (github.blog, 2026-04-23; Microsoft Learn, "Migrate GitHub Actions federated
 * credentials to immutable subjects"), which nobody else gets who takes an old name over.
 */
const REPOSITORY = "repo:{organization}[@{organizationId}]/{repository}[@{repositoryId}]";
const github: Preset = {
  id: "github-actions",
  title: "GitHub Actions",
  documentation: "https://docs.github.com/en/actions/reference/security/oidc",
  issuer: "{issuer}",
  fields: [
    {
      name: "organization",
      title: "Organization or user",
      pattern: "[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?",
      maxLength: 100,
      example: "octo-org",
    },
    {
      name: "repository",
      title: "Repository",
      pattern: "[A-Za-z0-9._-]+",
      maxLength: 100,
      example: "octo-repo",
    },
    {
      name: "organizationId",
      title: "Id of the organization or user",
      pattern: "[1-9][0-9]*",
      maxLength: 20,
      example: "123456",
      isOptional: true,
      with: "repositoryId",
    },
    {
      name: "repositoryId",
      title: "Id of the repository",
      pattern: "[1-9][0-9]*",
      maxLength: 20,
      example: "456789",
      isOptional: true,
      with: "organizationId",
    },
    {
      name: "issuer",
      title: "Issuer, of GitHub Enterprise",
      pattern: HTTPS,
      maxLength: 600,
      example: "https://github.example.com/_services/token",
      default: "https://token.actions.githubusercontent.com",
    },
  ],
  scopes: [
    {
      id: "branch",
      title: "Workflows on a branch",
      subject: `${REPOSITORY}:ref:refs/heads/{branch}`,
      fields: [branch],
    },
    {
      id: "environment",
      title: "Jobs that name an environment",
      subject: `${REPOSITORY}:environment:{environment}`,
      fields: [
        {
          name: "environment",
          title: "Environment",
          pattern: "[^\\u0000-\\u001f]+",
          maxLength: 255,
          example: "Production",
          written: { ":": "%3A" },
        },
      ],
    },
    {
      id: "tag",
      title: "Workflows on a tag",
      subject: `${REPOSITORY}:ref:refs/tags/{tag}`,
      fields: [tag],
    },
    {
      id: "pull-request",
      title: "Workflows of pull requests",
      subject: `${REPOSITORY}:pull_request`,
      fields: [],
    },
  ],
};

/** docs.gitlab.com, "OpenID Connect (OIDC) Authentication Using ID Tokens": `project_path:GROUP/PROJECT:ref_type:TYPE:ref:NAME`. */
const PROJECT = "project_path:{project}:ref_type:";
const gitlab: Preset = {
  id: "gitlab",
  title: "GitLab CI/CD",
  documentation: "https://docs.gitlab.com/ci/secrets/id_token_authentication/",
  issuer: "{instance}",
  fields: [
    {
      name: "project",
      title: "Path of the project, with its groups",
      pattern: "[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+",
      maxLength: 255,
      example: "my-group/my-project",
    },
    {
      name: "instance",
      title: "Address of GitLab",
      pattern: HTTPS,
      maxLength: 600,
      example: "https://gitlab.example.com",
      default: "https://gitlab.com",
    },
  ],
  scopes: [
    {
      id: "branch",
      title: "Pipelines on a branch",
      subject: `${PROJECT}branch:ref:{branch}`,
      fields: [branch],
    },
    { id: "tag", title: "Pipelines on a tag", subject: `${PROJECT}tag:ref:{tag}`, fields: [tag] },
  ],
};

/**
 * Microsoft Learn, "Workload identity federation for Azure Resource Manager service connections": the issuer is Entra, with the
 * ids of organization and connection behind its own prefix; of older connections Azure DevOps, with their names.
 */
const azureDevOps: Preset = {
  id: "azure-devops",
  title: "Azure DevOps",
  documentation:
    "https://learn.microsoft.com/azure/devops/pipelines/release/configure-workload-identity",
  issuer: "https://login.microsoftonline.com/{tenantId}/v2.0",
  fields: [guid("organizationId", "Id of the organization")],
  scopes: [
    {
      id: "connection",
      title: "A service connection",
      subject:
        "/eid1/c/pub/t/{tenantId|guid64}/a/rISbSSETf0KqFyZ8ppdXmA/sc/{organizationId}/{connectionId}",
      fields: [
        guid("tenantId", "Id of the organization's Entra tenant"),
        guid("connectionId", "Id of the service connection"),
      ],
    },
    {
      id: "connection-by-name",
      title: "An older service connection, by its name",
      issuer: "https://vstoken.dev.azure.com/{organizationId}",
      subject: "sc://{organization}/{project}/{connection}",
      fields: (
        [
          ["organization", "Organization", "my-org"],
          ["project", "Project", "My Project"],
          ["connection", "Service connection", "my-connection"],
        ] as const
      ).map(([name, title, example]) => ({
        ...{ name, title, example },
        pattern: "[^/\\s](?:[^/\\u0000-\\u001f]*[^/\\s])?",
        maxLength: 128,
      })),
    },
  ],
};

/** developer.hashicorp.com, "Workload identity tokens": `organization:O:project:P:workspace:W:run_phase:plan|apply`. */
const RUN = "organization:{organization}:project:{project}:workspace:{workspace}:run_phase:";
const terraform: Preset = {
  id: "terraform-cloud",
  title: "HCP Terraform (Terraform Cloud)",
  documentation:
    "https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens",
  issuer: "{issuer}",
  fields: [
    {
      name: "organization",
      title: "Organization",
      pattern: "[A-Za-z0-9_-]+",
      maxLength: 100,
      example: "my-org",
    },
    {
      name: "project",
      title: "Project",
      pattern: "[A-Za-z0-9_-](?:[A-Za-z0-9 _-]*[A-Za-z0-9_-])?",
      maxLength: 40,
      example: "Default Project",
    },
    {
      name: "workspace",
      title: "Workspace",
      pattern: "[A-Za-z0-9_-]+",
      maxLength: 90,
      example: "production",
    },
    {
      name: "issuer",
      title: "Address of Terraform Enterprise",
      pattern: HTTPS,
      maxLength: 600,
      example: "https://terraform.example.com",
      default: "https://app.terraform.io",
    },
  ],
  scopes: [
    { id: "plan", title: "Plans", subject: `${RUN}plan`, fields: [] },
    { id: "apply", title: "Applies", subject: `${RUN}apply`, fields: [] },
  ],
};

export const CI_PRESETS: readonly Preset[] = [github, gitlab, azureDevOps, terraform];
