import * as z from "zod";
import { EXIT, Fault } from "../fault.ts";
import { ask, askUnlessMissing, load } from "./remote.ts";
import type { Sink } from "./sink.ts";

const Failed = z.object({ code: z.number() });

/**
 * One key of a Kubernetes secret: `kubernetes:<namespace>/<name>#<key>`, in the cluster that kubectl would ask, or the one that this
 * runs in. Its other keys stay as they are: what is written names the version that was read, and the cluster refuses it (409) if
 * there is another one by then.
 */
export async function kubernetesSink(place: string, key: string): Promise<Sink> {
  const [, namespace, name] = /^([a-z0-9-]+)\/([a-z0-9.-]+)$/.exec(place) ?? [];
  if (!namespace || !name)
    throw new Fault(EXIT.usage, `--to kubernetes:${place}: <namespace>/<name> is missing.`);
  const { CoreV1Api, KubeConfig } = await load(
    "@kubernetes/client-node",
    () => import("@kubernetes/client-node"),
  );
  const config = new KubeConfig();
  config.loadFromDefault();
  const api = config.makeApiClient(CoreV1Api);
  const address = `${config.getCurrentCluster()?.server ?? "kubernetes:"}/${namespace}/${name}#${key}`;

  const read = () =>
    askUnlessMissing(address, () => api.readNamespacedSecret({ name, namespace }), statusOf);

  return {
    address,
    look: async () => {
      const text = (await read())?.data?.[key];
      return text
        ? { kind: "value", value: Buffer.from(text, "base64").toString("utf8") }
        : { kind: "nothing" };
    },
    write: async (value) => {
      const found = await read();
      const data = { ...found?.data, [key]: Buffer.from(value).toString("base64") };
      // With the version that was read in its metadata.
      const body = found ? { ...found, data } : { metadata: { name }, type: "Opaque", data };
      await ask(
        address,
        () =>
          found
            ? api.replaceNamespacedSecret({ name, namespace, body })
            : api.createNamespacedSecret({ namespace, body }),
        statusOf,
      );
    },
  };
}

const statusOf = (error: unknown): number | undefined => Failed.safeParse(error).data?.code;
