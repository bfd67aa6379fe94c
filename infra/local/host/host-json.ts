import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

/** A .NET TimeSpan such as `00:05:00` or `1.00:00:00`, in milliseconds. */
export const TimeSpan = z
  .string()
  .regex(/^(\d+\.)?\d{1,2}:\d{2}:\d{2}$/)
  .transform((text) => {
    const [, days = "0", hours = "0", minutes = "0", seconds = "0"] =
      /^(?:(\d+)\.)?(\d+):(\d+):(\d+)$/.exec(text) ?? [];
    return (
      (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
    );
  });

const Level = z
  .enum(["Trace", "Debug", "Information", "Warning", "Error", "Critical", "None"])
  .transform(
    (level) =>
      level.toLowerCase() as
        | "trace"
        | "debug"
        | "information"
        | "warning"
        | "error"
        | "critical"
        | "none",
  );

/** The part of host.json that this host honours, with Azure's defaults; anything else in the file is left to Azure. */
const HostJson = z.looseObject({
  version: z.literal("2.0"),
  /** Milliseconds; nothing for no end. Azure's default is that of the Flex Consumption plan. */
  functionTimeout: z
    .union([z.literal("-1").transform(() => undefined), TimeSpan])
    .default(1_800_000),
  extensions: z
    .looseObject({
      http: z.looseObject({ routePrefix: z.string().default("api") }).prefault({}),
      serviceBus: z
        .looseObject({
          autoCompleteMessages: z.boolean().default(true),
          maxConcurrentCalls: z.int().min(1).default(16),
          prefetchCount: z.int().min(0).default(0),
          maxAutoLockRenewalDuration: TimeSpan.default(300_000),
        })
        .prefault({}),
    })
    .prefault({}),
  logging: z
    .looseObject({
      logLevel: z.looseObject({ default: Level.default("information") }).prefault({}),
    })
    .prefault({}),
});
export type HostJson = z.infer<typeof HostJson>;

export async function readHostJson(folder: string): Promise<HostJson> {
  const file = join(folder, "host.json");
  const result = HostJson.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (!result.success) throw new Error(`${file}: ${z.prettifyError(result.error)}`);
  return result.data;
}
