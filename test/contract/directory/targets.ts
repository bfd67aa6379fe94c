import { readFile } from "node:fs/promises";
import type { Middleware } from "@microsoft/microsoft-graph-client";
import { inject } from "vitest";
import * as z from "zod";
import { startDirectory } from "../../../infra/local/directory/start.ts";
import type { DirectoryFaults } from "../../../infra/local/faults/faults.ts";
import { openTap } from "../../../infra/local/tap.ts";
import { gatheredCalls } from "../../../shared/adapters/directory/gathered-calls.ts";
import { graphDirectory } from "../../../shared/adapters/directory/graph-directory.ts";
import { graphClient } from "../../../shared/adapters/directory/transport.ts";
import { cachedToken } from "../../../shared/adapters/identity/cached-token.ts";
import { directoryCredential } from "../../../shared/adapters/identity/credentials.ts";
import { systemRuntime } from "../../../shared/base/runtime.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { CertificateDirectory } from "../../../shared/clients/certificate-directory.ts";
import type { FederatedDirectory } from "../../../shared/clients/federated/federated-directory.ts";
import type { ClientDirectory } from "../../../shared/clients/ports.ts";
import type { SecretDirectory } from "../../../shared/clients/secret-directory.ts";
import { readSettings } from "../../../shared/settings/settings.ts";
import {
  type DirectoryChange,
  type DirectoryRead,
  memoryDirectory,
  type Restrictions,
} from "../../doubles/memory-directory.ts";
import { afterFile } from "../../support/after-file.ts";
import { mayReadPolicies, setPolicy } from "./tenant-policy.ts";

/**
 * What the directory's contract is run on: the directory in memory, and the Graph adapter on the local directory, each call alone
 * and each in a batch. With the path
 * of a settings file (the form of `local.settings.json`) in `LATCHKEY_TEST_DIRECTORY` it runs on the tenant those settings name.
 */
export interface DirectoryTarget {
  readonly name: string;
  open(): Promise<OpenTarget>;
}

/** What can be made to happen to a change. `lost`: it is made, and its answer does not arrive. */
export type Mishap = "not-ours" | "directory-full" | "name-not-allowed" | "throttled" | "lost";

export interface OpenTarget {
  readonly directory: ClientDirectory & SecretDirectory & CertificateDirectory & FederatedDirectory;
  /** The next call of this change meets the mishap. */
  strike(mishap: Mishap, change: DirectoryChange): void;
  /** The next call of this read finds nobody there. */
  away(read: DirectoryRead): void;
  /** What the directory's administrators forbid from now on. */
  restrict(policy: Restrictions): Promise<void>;
  /** Ends all of it. */
  calm(): void;
}

/** How long a throttled caller is told to wait, in seconds: longer than the adapter sits out. */
export const PAUSE_SECONDS = 30;

let faults: (next: DirectoryFaults | "down" | undefined) => void = () => {
  throw new Error("A real tenant has no switchboard");
};

let policies: OpenTarget["restrict"] = () => {
  throw new Error("Nobody here administers a real tenant");
};

const SettingsFile = z.object({ Values: z.record(z.string(), z.string()) });

/** What the product demands besides the directory, and this contract never uses. */
export const UNUSED = {
  CUSTOMER_AUDIENCE: "unused",
  RecordsConnection: "unused",
  ServiceBusConnection: "unused",
  ALERT_WEBHOOK_URL: "https://alerts.invalid",
  ALERT_WEBHOOK_SECRET: `whsec_${"a".repeat(32)}`,
};

async function settingsOfTarget(): Promise<Readonly<Record<string, string>>> {
  const file = process.env["LATCHKEY_TEST_DIRECTORY"];
  if (file) return SettingsFile.parse(JSON.parse(await readFile(file, "utf8"))).Values;
  const directory = await startDirectory({
    httpPort: 0,
    httpsPort: 0,
    dataFile: ":memory:",
    certificatesFolder: inject("certificatesFolder"),
    tap: openTap,
  });
  afterFile(directory.stop);
  faults = directory.setFaults;
  const olga = await directory.issueAdministratorGraphToken();
  await mayReadPolicies(directory, olga);
  policies = (policy) => setPolicy(directory, olga, policy);
  return directory.settings;
}

async function openGraph(around?: (transport: Middleware) => Middleware): Promise<OpenTarget> {
  const settings = readSettings({ ...UNUSED, ...(await settingsOfTarget()) });
  const token = cachedToken(
    directoryCredential(settings.directory),
    settings.directory.graphScope,
    Date.now,
  );
  const client = graphClient(settings.directory.graphBaseUrl, token, around);
  const directory = graphDirectory({
    certificates: true,
    client,
    signInAudience: settings.clientSignInAudience,
    apis: settings.roleApis,
    runtime: systemRuntime,
    budgetMs: 20_000,
  });
  return {
    directory: {
      ...directory,
      create: async (application: Parameters<ClientDirectory["create"]>[0]) => {
        const created = await directory.create(application);
        // A real tenant counts what was deleted for 30 days: the tests leave nothing of theirs behind.
        if (created.kind === "done")
          afterFile(() => directory.purge(created.value.id, { createdAt: new Date(0) }));
        return created;
      },
    },
    strike: (mishap) => faults(FAULTS[mishap]),
    away: () => faults("down"),
    restrict: (policy) => policies(policy),
    calm: () => faults(undefined),
  };
}

const FAULTS: Readonly<Record<Mishap, DirectoryFaults>> = {
  "not-ours": { lostOwnership: "all" },
  "directory-full": { quotaExceeded: true },
  "name-not-allowed": { refusedNames: ["Acme"] },
  throttled: { throttle: { share: 1, retryAfterSeconds: PAUSE_SECONDS } },
  lost: { cutAfterCommit: { share: 1 } },
};

function openMemory(): OpenTarget {
  const directory = memoryDirectory(systemRuntime);
  const retryAfterSeconds = PAUSE_SECONDS;
  return {
    directory,
    strike: (mishap, change) => {
      switch (mishap) {
        case "throttled":
          return directory.answerNext(change, {
            kind: "not-now",
            throttled: true,
            retryAfterSeconds,
          });
        case "lost":
          return directory.answerNext(change, { kind: "unknown", retryAfterSeconds }, true);
        default:
          return directory.answerNext(change, { kind: "refused", refusal: { reason: mishap } });
      }
    },
    away: (read) =>
      directory.failNext(read, new RemoteUnavailable("directory", { executed: "no" })),
    restrict: async (policy) => directory.restrict(policy),
    calm: () => undefined,
  };
}

export const directoryTargets: readonly DirectoryTarget[] = [
  { name: "in memory", open: async () => openMemory() },
  { name: "over Microsoft Graph", open: () => openGraph() },
  { name: "over Microsoft Graph, in batches", open: () => openGraph(neverAlone) },
];

/** Gathers calls, and sees to it that each has company, so that all of them go in a batch. */
function neverAlone(transport: Middleware): Middleware {
  const { execute } = gatheredCalls(transport);
  return {
    execute: async (context) => {
      const { origin } = new URL(String(context.request));
      const company = execute({ request: `${origin}/v1.0/applications?$top=1&$select=id` });
      // What becomes of it is its own.
      await Promise.all([execute(context), company.catch(() => undefined)]);
    },
  };
}

/** Those that can be struck: a real tenant cannot. */
export const strikableTargets = directoryTargets.filter(
  ({ name }) => name === "in memory" || !process.env["LATCHKEY_TEST_DIRECTORY"],
);
