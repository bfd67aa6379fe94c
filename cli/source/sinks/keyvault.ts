import * as z from "zod";
import { EXIT, Fault } from "../fault.ts";
import { isOwnMachine, safeAddress } from "../settings.ts";
import { ask, askUnlessMissing, load } from "./remote.ts";
import type { Sink } from "./sink.ts";

const Failed = z.object({ statusCode: z.number() });
const Named = z.object({ name: z.string() });
/** What `@azure/identity` throws where nobody is signed in, or the one who is gets no token. */
const NOT_SIGNED_IN = [
  "AggregateAuthenticationError",
  "AuthenticationError",
  "AuthenticationRequiredError",
  "CredentialUnavailableError",
];

/**
 * A secret of Azure Key Vault: `keyvault:<vault>/<secret>`, signed in as Azure's own tools are. A vault of another cloud is named
 * with its whole host. What is written is a new version; the older ones stay in the vault's history.
 */
export async function keyVaultSink(place: string): Promise<Sink> {
  const [, vault, name] = /^([^/]+)\/([0-9a-zA-Z-]{1,127})$/.exec(place) ?? [];
  if (!vault || !name)
    throw new Fault(EXIT.usage, `--to keyvault:${place}: <vault>/<secret> is missing.`);
  const host = /[.:]/.test(vault) ? vault : `${vault}.vault.azure.net`;
  const { origin, hostname } = safeAddress("The vault", `https://${host}`);
  const { DefaultAzureCredential } = await load("@azure/identity", () => import("@azure/identity"));
  const { SecretClient } = await load(
    "@azure/keyvault-secrets",
    () => import("@azure/keyvault-secrets"),
  );
  const client = new SecretClient(origin, new DefaultAzureCredential(), {
    // A vault says for whom it wants the token, and the SDK sees to it that it is one of Azure's. An emulator here is none.
    disableChallengeResourceVerification: isOwnMachine(hostname),
    retryOptions: { maxRetries: 1, retryDelayInMs: 500 },
  });
  const address = `${origin}/secrets/${name}`;
  const read = () => askUnlessMissing(address, () => client.getSecret(name), statusOf);

  return {
    address,
    look: async () => {
      const value = (await read())?.value;
      return value ? { kind: "value", value } : { kind: "nothing" };
    },
    write: async (value) => {
      // A version has its own; what is not said again is gone.
      const { contentType, tags } = (await read())?.properties ?? {};
      const options = { ...(contentType && { contentType }), ...(tags && { tags }) };
      await ask(address, () => client.setSecret(name, value, options), statusOf);
    },
  };
}

function statusOf(error: unknown): number | undefined {
  const { name = "" } = Named.safeParse(error).data ?? {};
  if (NOT_SIGNED_IN.includes(name)) return 401;
  return Failed.safeParse(error).data?.statusCode;
}
