import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { Addresses } from "../addresses.ts";
import { startCloud } from "../cloud.ts";
import { pickSettings } from "../cloud-settings.ts";

export type Flavour = "b2c" | "entra";

export interface FoundCloud {
  readonly addresses: Addresses;
  /** Ends what was started for the story; a cloud that ran before goes on. */
  release(): Promise<void>;
}

const CLOUD_FILE = join(import.meta.dirname, "../../../.local/cloud.json");

const customer = z.object({ subscription: z.string(), accessToken: z.string() });
const url = z.url();
const AddressesFile: z.ZodType<Addresses> = z.object({
  api: url,
  portal: url,
  graph: url,
  tokenEndpoint: url,
  resourceScope: z.string(),
  serviceBus: z.string(),
  tables: z.string(),
  inbox: url,
  demoApi: url,
  faults: url,
  states: url,
  users: z.object({
    ann: customer,
    bob: customer,
    olga: z.object({
      roles: z.tuple([z.literal("Consent.Approve")]),
      accessToken: z.string(),
      graphToken: z.string(),
    }),
  }),
});

/** @returns nothing when no file is there, or when it is left over from a cloud that runs no more. */
async function runningCloud(): Promise<Addresses | undefined> {
  const text = await readFile(CLOUD_FILE, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const file = AddressesFile.safeParse(JSON.parse(text));
  if (!file.success) return undefined;
  const health = await fetch(`${file.data.api}/health/ready`, {
    signal: AbortSignal.timeout(5_000),
  }).catch(() => undefined);
  return health?.ok ? file.data : undefined;
}

async function ownCloud(flavour: Flavour, progress: (sentence: string) => void) {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-demo-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const cloud = await startCloud({
      folder,
      flavour,
      progress,
      environment: pickSettings(process.env),
    });
    return {
      addresses: cloud.addresses,
      release: async () => {
        await cloud.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The cloud of `npm start` if it answers, else one of its own in a temporary folder on free ports. */
export async function findCloud(
  flavour: Flavour | undefined,
  progress: (sentence: string) => void,
): Promise<FoundCloud> {
  // A flavour that was asked for by name is not to be found in a cloud that was started without it.
  const addresses = flavour === undefined ? await runningCloud() : undefined;
  if (!addresses) return ownCloud(flavour ?? "b2c", progress);
  progress(`Found the local cloud at ${addresses.api}`);
  return { addresses, release: async () => undefined };
}
