import { done } from "../../../shared/base/outcome.ts";
import { clientRevision } from "../../../shared/clients/client.ts";
import { type TrustReads, trustsOf } from "../../../shared/clients/federated/trusts-of.ts";
import { getClient } from "../../../shared/clients/get-client.ts";
import { route } from "../../edge/route.ts";
import { SelfShape, showSelf } from "./self-shape.ts";

export const selfGet = (deps: Parameters<typeof getClient>[0] & TrustReads) =>
  route(
    {
      name: "self-get",
      operationId: "getSelf",
      method: "GET",
      path: "/self",
      access: "self",
      summary: "Read the client that asks, with its credentials",
      description:
        "For a client with the role `keys.rotate`, by a token of its own for this API. It sees itself and nothing else; a client that is unknown, deleted, suspended or without its consent is 404.",
      replies: { 200: { description: "The client", schema: SelfShape, headers: ["ETag"] } },
      problems: ["not-found", "directory-throttled"],
    },
    async ({ caller }) => {
      const found = await getClient(deps, caller);
      if (!found.ok) return found;
      const trusts = await trustsOf(deps, found.value.record);
      const revision = clientRevision(found.value.record);
      return done({ status: 200, revision, body: showSelf(found.value, trusts) });
    },
  );
