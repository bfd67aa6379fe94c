import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServerCertificate } from "../../../infra/local/directory/certificates.ts";
import type { KillGate } from "../support/kill-gate.ts";
import { standIn } from "../support/stand-in.ts";
import { clusterStandIn, kubeConfig } from "./cluster.ts";
import { githubStandIn } from "./github.ts";
import { keyVaultStandIn, managedIdentity } from "./key-vault.ts";
import { awsAccount, secretsManager } from "./secrets-manager.ts";
import { VAULT_TOKEN, vaultStandIn } from "./vault.ts";

/** A sink of its own on a stand-in of its own, and how a process finds it. */
export interface Place {
  /** What `--to` says. */
  readonly to: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What programs read there. */
  current(): string | undefined;
  close(): void;
}

interface World {
  readonly gate?: KillGate;
  /** For files of the sink's. */
  readonly folder: string;
  readonly certificate: ServerCertificate;
}

/** Every sink that lies on a server. */
export const PLACES: Readonly<Record<string, (world: World) => Promise<Place>>> = {
  "HashiCorp Vault": async ({ gate }) => {
    const { answer, current } = vaultStandIn();
    const { origin, close } = await standIn(answer, { gate });
    const environment = { VAULT_ADDR: origin, VAULT_TOKEN };
    return { to: "vault:kv/apps/nightly#client_secret", environment, current, close };
  },
  Kubernetes: async ({ gate, folder }) => {
    const { answer, current } = clusterStandIn();
    const { origin, close } = await standIn(answer, { gate });
    const KUBECONFIG = join(folder, "kube-config.json");
    await writeFile(KUBECONFIG, JSON.stringify(kubeConfig(origin)));
    const environment = { KUBECONFIG };
    return { to: "kubernetes:apps/nightly#client-secret", environment, current, close };
  },
  "AWS Secrets Manager": async ({ gate }) => {
    const { answer, current } = secretsManager();
    const { origin, close } = await standIn(answer, { gate });
    const environment = { AWS_ENDPOINT_URL: origin, ...awsAccount("AKIDEXAMPLE") };
    return { to: "aws:apps/nightly", environment, current, close };
  },
  "Azure Key Vault": async ({ gate, certificate }) => {
    const { answer, current } = keyVaultStandIn(() => server.origin);
    const server = await standIn(answer, { gate, certificate });
    const identity = await managedIdentity();
    return {
      to: `keyvault:${new URL(server.origin).host}/nightly`,
      environment: { NODE_EXTRA_CA_CERTS: certificate.authorityFile, ...identity.environment },
      current,
      close: () => {
        server.close();
        identity.close();
      },
    };
  },
  "GitHub Actions": async ({ gate }) => {
    const { answer, current } = await githubStandIn();
    const { origin, close } = await standIn(answer, { gate });
    const environment = { GITHUB_API_URL: origin, GH_TOKEN: "github_pat_a" };
    return { to: "github:contoso/nightly#CLIENT_SECRET", environment, current, close };
  },
};
