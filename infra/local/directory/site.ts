import type { IncomingMessage } from "node:http";
import { openGithubIssuer } from "../github/github-issuer.ts";
import type { Directory } from "./directory.ts";
import { openGraphEndpoint } from "./graph/graph-endpoint.ts";
import { isTenant } from "./identity.ts";
import { openConsentPages } from "./sign-in/consent-page.ts";
import { openDeviceCodes } from "./sign-in/device-codes.ts";
import { DEVICE_PAGE, devicePage } from "./sign-in/device-page.ts";
import { discoveryDocument, jwksDocument } from "./sign-in/discovery.ts";
import { openSignIn } from "./sign-in/sign-in.ts";
import { tokenReply } from "./sign-in/token-endpoint.ts";
import { readTokenForm } from "./sign-in/token-form.ts";
import { entraError } from "./sign-in/token-reply.ts";
import { openUserGrants } from "./sign-in/user-grants.ts";
import { jsonReply, type WireReply } from "./wire.ts";

/** One request, routed to its endpoint but not yet served. */
export interface Visit {
  /** What the tap and the request log call it; undefined for pages and documents, which are no remote calls. */
  readonly name: string | undefined;
  /** Which of the faults that strike whole answers it can meet. */
  readonly endpoint: "graph" | "token" | "page";
  /** Whether the answer to it may be lost after the change was made. */
  readonly mayChange: boolean;
  serve(): Promise<WireReply>;
}

export interface Arrival {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly body: Buffer;
}

const IDENTITY_PATH =
  /^\/([^/]+)(?:\/([^/]+))?\/(oauth2\/v2\.0\/(?:token|authorize|logout|devicecode)|v2\.0\/\.well-known\/openid-configuration|discovery\/v2\.0\/keys)$/;
const GRAPH_PREFIX = "/v1.0";
/** Not the directory's own: a stand-in for GitHub, whose tokens it may be told to trust. It is here for the https. */
const GITHUB_PREFIX = "/issuers/github";

/** Everything the directory answers, by path: Graph, the identity endpoints of the tenant and its policies, and pages. */
export function openSite(directory: Directory) {
  const graph = openGraphEndpoint(directory);
  const users = openUserGrants(directory);
  const devices = openDeviceCodes(directory, users);
  const signIn = openSignIn(directory, users);
  const consent = openConsentPages(directory);
  const github = openGithubIssuer(() => `${directory.secureOrigin()}${GITHUB_PREFIX}`);

  const graphVisit = ({ request, url, body }: Arrival): Visit => {
    const path = url.pathname.slice(GRAPH_PREFIX.length);
    const method = request.method ?? "GET";
    return {
      name: graph.nameOf(method, path),
      endpoint: "graph",
      mayChange: method !== "GET",
      serve: async () => {
        const reply = await graph.handle({
          method,
          url: path + url.search,
          headers: headersOf(request),
          body,
          origin: url.origin,
        });
        return jsonReply(reply.status, reply.body, { "OData-Version": "4.0", ...reply.headers });
      },
    };
  };

  const tokenVisit = (
    { request, url, body }: Arrival,
    tenant: string,
    policy: string | undefined,
  ): Visit => ({
    name: "POST /token",
    endpoint: "token",
    mayChange: false,
    serve: async () => {
      const reply = await tokenReply(directory, { users, devices }, tenant, policy, {
        form: await readTokenForm(body, request.headers["content-type"]),
        authorization: request.headers.authorization,
        endpoint: url.origin + url.pathname,
        origin: url.origin,
        pageOrigin: request.headers.origin,
      });
      return jsonReply(reply.status, reply.body, {
        "Cache-Control": "no-store",
        Pragma: "no-cache",
      });
    },
  });

  const deviceVisit = ({ request, url, body }: Arrival): Visit => ({
    name: "POST /devicecode",
    endpoint: "token",
    mayChange: false,
    serve: async () => {
      const form = await readTokenForm(body, request.headers["content-type"]);
      const reply = devices.issue(form, `${url.origin}${DEVICE_PAGE}`);
      return jsonReply(reply.status, reply.body, { "Cache-Control": "no-store" });
    },
  });

  const page = (serve: () => Promise<WireReply> | WireReply): Visit => ({
    name: undefined,
    endpoint: "page",
    mayChange: false,
    serve: async () => serve(),
  });

  const identityVisit = (arrival: Arrival, match: RegExpExecArray): Visit => {
    const [, tenant = "", inPath, endpoint] = match;
    const policy = inPath ?? arrival.url.searchParams.get("p") ?? undefined;
    if (endpoint === "oauth2/v2.0/token") return tokenVisit(arrival, tenant, policy);
    const atTenant = policy === undefined && isTenant(directory.identity, tenant);
    if (endpoint === "oauth2/v2.0/devicecode" && atTenant) return deviceVisit(arrival);
    return page(() => {
      if (!isTenant(directory.identity, tenant)) {
        const { status, body } = entraError(
          400,
          "invalid_tenant",
          90002,
          `Tenant '${tenant}' not found.`,
        );
        return jsonReply(status, body);
      }
      switch (endpoint) {
        case "oauth2/v2.0/authorize":
          return signIn.authorize(arrival, policy);
        case "oauth2/v2.0/logout":
          return signIn.logout(arrival);
        case "oauth2/v2.0/devicecode":
          // A policy has none: Azure answers as for any path that is not there.
          return jsonReply(404, { error: "not_found" });
        case "discovery/v2.0/keys":
          return jsonReply(
            200,
            jwksDocument(policy === undefined ? directory.keys.tenant : directory.keys.policy),
          );
        default:
          return jsonReply(200, discoveryDocument(directory, arrival.url.origin, policy));
      }
    });
  };

  const githubVisit = ({ request, url, body }: Arrival): Visit =>
    page(async () => {
      const [status, answer] = await github.answer({
        method: request.method ?? "GET",
        path: url.pathname.slice(GITHUB_PREFIX.length),
        query: url.searchParams,
        authorization: request.headers.authorization,
        body: body.toString(),
      });
      return jsonReply(status, answer);
    });

  return function visit(arrival: Arrival): Visit {
    const { pathname } = arrival.url;
    if (pathname.startsWith(`${GITHUB_PREFIX}/`)) return githubVisit(arrival);
    if (pathname === DEVICE_PAGE)
      return page(() => devicePage(devices, signIn.people(undefined), arrival));
    if (pathname.startsWith(`${GRAPH_PREFIX}/`)) return graphVisit(arrival);
    const identity = IDENTITY_PATH.exec(pathname);
    if (identity) return identityVisit(arrival, identity);
    return page(() => consent.serve(arrival) ?? jsonReply(404, { error: "not_found" }));
  };
}

function headersOf(request: IncomingMessage): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return headers;
}
