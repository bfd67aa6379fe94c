import * as z from "zod";
import { EXIT, Fault } from "../fault.ts";
import { type Environment, safeAddress } from "../settings.ts";
import { ask, load } from "./remote.ts";
import type { Sink } from "./sink.ts";

const Failed = z.object({ status: z.number(), response: z.unknown() });
const Written = z.object({ updated_at: z.iso.datetime({ offset: true }) });
const PublicKey = z.object({ key_id: z.string(), key: z.base64() });

/**
 * A secret of GitHub Actions: `github:<owner>/<repository>#<NAME>`, or `github:<owner>/<repository>/<environment>#<NAME>`. GitHub
 * shows its value to nobody but jobs, so what is read back is when it was written.
 */
export async function githubSink(
  place: string,
  secret_name: string,
  environment: Environment,
): Promise<Sink> {
  const [, owner, repo, job] = /^([^/]+)\/([^/]+)(?:\/(.+))?$/.exec(place) ?? [];
  if (!owner || !repo)
    throw new Fault(EXIT.usage, `--to github:${place}: <owner>/<repository> is missing.`);
  if (!/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i.test(secret_name))
    throw new Fault(EXIT.usage, `${secret_name} is no name of a secret at GitHub.`);
  const auth = environment.GH_TOKEN ?? environment.GITHUB_TOKEN;
  if (!auth) throw new Fault(EXIT.usage, "GH_TOKEN is missing.");
  const api = environment.GITHUB_API_URL ?? "https://api.github.com";
  const baseUrl = safeAddress("GITHUB_API_URL", api).href.replace(/\/$/, "");
  const { Octokit } = await load("@octokit/core", () => import("@octokit/core"));
  const { default: sodium } = await load("libsodium-wrappers", () => import("libsodium-wrappers"));
  const github = new Octokit({ auth, baseUrl });
  const at = job
    ? "/repos/{owner}/{repo}/environments/{job}/secrets"
    : "/repos/{owner}/{repo}/actions/secrets";
  const named = { owner, repo, ...(job && { job }) };
  const address = `${baseUrl}/${place}#${secret_name}`;

  return {
    address,
    look: () =>
      ask(
        address,
        async () => {
          try {
            const found = await github.request(`GET ${at}/{secret_name}`, {
              ...named,
              secret_name,
            });
            return { kind: "written", at: new Date(Written.parse(found.data).updated_at) };
          } catch (error) {
            if (statusOf(error) === 404) return { kind: "nothing" };
            throw error;
          }
        },
        statusOf,
      ),
    write: async (value) => {
      const { data } = await ask(
        address,
        () => github.request(`GET ${at}/public-key`, named),
        statusOf,
      );
      const { key_id, key } = PublicKey.parse(data);
      await sodium.ready;
      const sealed = sodium.crypto_box_seal(value, Buffer.from(key, "base64"));
      const encrypted_value = Buffer.from(sealed).toString("base64");
      const body = { ...named, secret_name, key_id, encrypted_value };
      await ask(address, () => github.request(`PUT ${at}/{secret_name}`, body), statusOf);
    },
  };
}

/** Octokit gives 500 to what had no answer at all. */
const statusOf = (error: unknown): number | undefined => {
  const failed = Failed.safeParse(error).data;
  return failed?.response === undefined ? undefined : failed.status;
};
