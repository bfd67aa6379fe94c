import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import { type ClientRecord, Role } from "../../../shared/clients/client.ts";
import {
  LOOKUP_SECONDS,
  type LookUpDeps,
  lookUpClient,
  UNSETTLED_SECONDS,
} from "../../../shared/clients/look-up-client.ts";
import { keptFor } from "../../edge/reply.ts";
import { route } from "../../edge/route.ts";
import { type Shaped, shape } from "../../edge/shape.ts";

const LookupShape = shape(() =>
  z
    .strictObject({
      id: z
        .guid()
        .describe("The client: object id of its app registration, `subject` of its events"),
      appId: z.guid().describe("Its OAuth client id: `azp` or `appid` of its tokens"),
      subscription: z
        .string()
        .max(128)
        .describe("Whose it is")
        .meta({ examples: ["contoso"] }),
      state: z
        .enum(["pending", "granted", "rejected", "revoked", "suspended"])
        .describe("Of its consent, unless it is suspended: refuse all but `granted` and `pending`"),
      roles: z
        .array(Role)
        .max(16)
        .describe("Those that are granted; none unless the state is `granted`"),
      revision: z.int().min(0).describe("Raised by each change of the client itself"),
    })
    .meta({ id: "ClientLookup" }),
);

function show(record: ClientRecord): Shaped<typeof LookupShape> {
  const { id, appId, subscription, revision } = record;
  // Its tokens that are out live on for an hour: who is asked about them has to know.
  const state = record.suspended ? "suspended" : record.consent.state;
  return {
    id,
    appId,
    subscription,
    state,
    roles: state === "granted" ? [...record.roles] : [],
    revision,
  };
}

/** For the company's own API, which gets a client's token and has to know whose client that is. */
export const lookup = (deps: LookUpDeps) =>
  route(
    {
      name: "lookup",
      operationId: "lookUpClient",
      method: "GET",
      path: "/lookup/{appId}",
      access: "lookup",
      summary: "Whose client this is, by its OAuth client id, and what it may do",
      description:
        "For the API that customers' clients call: it knows a caller by `azp` (or `appid`) of its token and learns here whose client that is. Keep the answer as long as `Cache-Control` says and no longer, a 404 too.",
      replies: {
        200: {
          description: "The client's subscription and consent",
          schema: LookupShape,
          headers: ["ETag", "Cache-Control"],
        },
      },
      problems: ["no-such-client", "directory-throttled"],
    },
    async ({ appId }) => {
      const found = await lookUpClient(deps, appId);
      if (!found.ok) return found;
      const body = show(found.value);
      const seconds = body.state === "pending" ? UNSETTLED_SECONDS : LOOKUP_SECONDS;
      return done({ status: 200, headers: { "cache-control": keptFor(seconds) }, body });
    },
  );
