import { Topology } from "../../../infra/topology.ts";

export const topology = Topology.parse({
  queues: [{ name: "work", requiresDuplicateDetection: true }],
  topics: [{ name: "events", subscriptions: [{ name: "a" }, { name: "b" }] }],
  tables: [],
});
