import { applicationRoutes } from "../applications/applications.ts";
import { applicationDeltaRoutes } from "../applications/applications-delta.ts";
import { deletedItemRoutes } from "../applications/deleted-items.ts";
import { federatedCredentialRoutes } from "../applications/federated-credentials.ts";
import { refuseLost } from "../applications/lost-ownership.ts";
import { ownerRoutes } from "../applications/owners.ts";
import { passwordRoutes } from "../applications/passwords.ts";
import type { Directory } from "../directory.ts";
import { appManagementRoutes } from "../policies/app-management-policies.ts";
import { appRoleAssignmentRoutes } from "../principals/app-role-assignments.ts";
import { organizationRoutes } from "../principals/organization.ts";
import { permissionGrantRoutes } from "../principals/permission-grants.ts";
import { servicePrincipalRoutes } from "../principals/service-principals.ts";
import { methodNotAllowed, openRouter, unknownSegment } from "../router.ts";
import { type PartRequest, runBatch } from "./batch.ts";
import { openAuthenticator } from "./caller.ts";
import { withEmptyPages } from "./empty-pages.ts";
import type { GraphCall, GraphReply } from "./graph-call.ts";
import { badQuery, envelope, GraphError } from "./graph-error.ts";

/** A Graph request from the wire. */
interface GraphRequest {
  readonly method: string;
  /** Path and query below `/v1.0`. */
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly origin: string;
}

export interface GraphEndpoint {
  /** `GET /applications/{id}`; `GET (unknown)` for what Graph would not know either. */
  nameOf(method: string, path: string): string;
  handle(request: GraphRequest): Promise<GraphReply>;
}

const BATCH = "/$batch";

/** Microsoft Graph v1.0: authentication, routing, batches, and errors in Graph's envelope. */
export function openGraphEndpoint(directory: Directory): GraphEndpoint {
  const authenticate = openAuthenticator(directory);
  const { match, methodsOf } = openRouter([
    // Before `/applications/{id}`, which it would be taken for.
    ...applicationDeltaRoutes(directory),
    ...applicationRoutes(directory),
    ...passwordRoutes(directory),
    ...federatedCredentialRoutes(directory),
    ...appManagementRoutes(directory),
    ...ownerRoutes(directory),
    ...servicePrincipalRoutes(directory),
    ...appRoleAssignmentRoutes(directory),
    ...deletedItemRoutes(directory),
    ...organizationRoutes(directory),
    ...permissionGrantRoutes(directory),
  ]);

  const dispatch = (part: PartRequest): Promise<GraphReply> =>
    answering(part.headers.get("client-request-id"), async () => {
      directory.faults.throttle();
      const [path = "", ...search] = part.url.split("?");
      const found = match(part.method, path);
      if (!found) {
        const methods = path === BATCH ? ["POST"] : methodsOf(path);
        throw methods.length > 0 ? methodNotAllowed(methods) : unknownSegment(path);
      }
      const call: GraphCall = {
        method: part.method,
        params: found.params,
        path,
        query: new URLSearchParams(search.join("?")),
        headers: part.headers,
        body: part.body,
        caller: part.caller,
        origin: part.origin,
      };
      refuseLost(directory, call, found.route.template);
      return withEmptyPages(directory.faults.current.emptyPages ?? 0, call, found.route.handle);
    });

  return {
    nameOf: (method, path) =>
      path === BATCH ? `${method} ${BATCH}` : (match(method, path)?.name ?? `${method} (unknown)`),
    handle: (request) =>
      answering(request.headers.get("client-request-id"), async () => {
        const { headers, origin } = request;
        directory.faults.fail();
        const caller = await authenticate(headers.get("authorization"));
        const body = jsonOf(request.body, headers.get("content-type"));
        if (request.method === "POST" && request.url.split("?")[0] === BATCH) {
          return runBatch(body, { headers, caller, origin }, dispatch);
        }
        return dispatch({
          method: request.method,
          url: request.url,
          headers,
          body,
          caller,
          origin,
        });
      }),
  };
}

async function answering(
  clientRequestId: string | undefined,
  work: () => Promise<GraphReply>,
): Promise<GraphReply> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return { status: error.status, headers: error.headers, body: envelope(error, clientRequestId) };
  }
}

function jsonOf(body: Buffer, contentType: string | undefined): unknown {
  if (body.length === 0) return undefined;
  // Both as reported (microsoftgraph/microsoft-graph-docs#6486, msgraph-sample-pythondjangoapp#22).
  if (!contentType)
    throw badQuery(
      "Write requests (excluding DELETE) must contain the Content-Type header declaration.",
    );
  if (!/^application\/json\b/i.test(contentType))
    throw badQuery("Entity only allows writes with a JSON Content-Type header.");
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw badQuery(
      "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
    );
  }
}
