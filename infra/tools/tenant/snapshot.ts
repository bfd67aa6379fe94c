import type { Graph } from "./graph.ts";
import {
  type Application,
  type Assignment,
  applicationByAppId,
  assignmentsOf,
  type FederatedCredential,
  federatedOf,
  GRAPH_APP_ID,
  principalOf,
  type ServicePrincipal,
} from "./objects.ts";

/** Everything `tenant:check` looks at, read at once. Missing means that the directory has no such object. */
export interface Snapshot {
  readonly graph: ServicePrincipal | undefined;
  readonly resource: Application | undefined;
  readonly resourcePrincipal: ServicePrincipal | undefined;
  /** The service's own API. */
  readonly keys: Application | undefined;
  readonly keysPrincipal: ServicePrincipal | undefined;
  readonly backend: Application | undefined;
  readonly backendPrincipal: ServicePrincipal | undefined;
  readonly backendGrants: readonly Assignment[];
  readonly federated: readonly FederatedCredential[];
  readonly customers: Application | undefined;
  readonly operators: Application | undefined;
}

/** The settings that name objects of the directory. */
export type Named = Readonly<Record<string, string | undefined>>;

export async function readSnapshot(graph: Graph, named: Named): Promise<Snapshot> {
  const application = (name: string) =>
    named[name] ? applicationByAppId(graph, named[name]) : Promise.resolve(undefined);
  const principal = (name: string) =>
    named[name] ? principalOf(graph, named[name]) : Promise.resolve(undefined);
  const [backend, backendPrincipal] = await Promise.all([
    application("DIRECTORY_CLIENT_ID"),
    principal("DIRECTORY_CLIENT_ID"),
  ]);
  return {
    graph: await principalOf(graph, GRAPH_APP_ID),
    resource: await application("RESOURCE_APP_ID"),
    resourcePrincipal: await principal("RESOURCE_APP_ID"),
    keys: await application("KEYS_APP_ID"),
    keysPrincipal: await principal("KEYS_APP_ID"),
    backend,
    backendPrincipal,
    backendGrants: backendPrincipal ? await assignmentsOf(graph, backendPrincipal.id) : [],
    federated: backend ? await federatedOf(graph, backend.id) : [],
    customers: await application("CUSTOMER_AUDIENCE"),
    operators: await application("OPERATOR_AUDIENCE"),
  };
}
