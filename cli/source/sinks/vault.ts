import * as z from "zod";
import { EXIT, Fault } from "../fault.ts";
import { type Environment, safeAddress } from "../settings.ts";
import { ask, load } from "./remote.ts";
import type { Sink } from "./sink.ts";

const Fields = z.record(z.string(), z.unknown());
const Metadata = z.object({ version: z.int() });
const Found = z.object({ data: z.object({ data: Fields, metadata: Metadata }) });
/** What is not there: a version that was deleted, or nothing at all. */
const Gone = z.object({
  response: z.object({ body: z.object({ data: z.object({ metadata: Metadata }) }) }),
});
const Failed = z.object({ response: z.object({ statusCode: z.number() }) });

interface Version {
  readonly fields: z.infer<typeof Fields>;
  readonly version: number;
}

/**
 * One field of a secret in HashiCorp Vault's key/value store, version 2: `vault:<mount>/<path>#<field>`. The other fields stay as
 * they are: what is written names the version that was read, and Vault refuses it if there is another one by then.
 */
export async function vaultSink(
  place: string,
  field: string,
  environment: Environment,
): Promise<Sink> {
  const [, mount, path] = /^([^/]+)\/(.+)$/.exec(place) ?? [];
  if (!mount || !path)
    throw new Fault(EXIT.usage, `--to vault:${place}: <mount>/<path> is missing.`);
  const endpoint = safeAddress("VAULT_ADDR", environment.VAULT_ADDR).href.replace(/\/$/, "");
  const { VAULT_TOKEN: token } = environment;
  if (!token) throw new Fault(EXIT.usage, "VAULT_TOKEN is missing.");
  const { default: openVault } = await load("node-vault", () => import("node-vault"));
  const vault = openVault({ apiVersion: "v1", endpoint, token });
  const at = `${mount}/data/${path}`;
  const address = `${endpoint}/v1/${at}#${field}`;

  const read = async (): Promise<Version> =>
    ask(
      address,
      async () => {
        try {
          const { data } = Found.parse(await vault.read(at));
          return { fields: data.data, version: data.metadata.version };
        } catch (error) {
          if (statusOf(error) !== 404) throw error;
          const gone = Gone.safeParse(error);
          return { fields: {}, version: gone.data?.response.body.data.metadata.version ?? 0 };
        }
      },
      statusOf,
    );

  return {
    address,
    look: async () => {
      const value = (await read()).fields[field];
      return typeof value === "string" && value !== ""
        ? { kind: "value", value }
        : { kind: "nothing" };
    },
    write: async (value) => {
      const { fields, version } = await read();
      const body = { options: { cas: version }, data: { ...fields, [field]: value } };
      await ask(address, () => vault.write(at, body), statusOf);
    },
  };
}

const statusOf = (error: unknown): number | undefined =>
  Failed.safeParse(error).data?.response.statusCode;
