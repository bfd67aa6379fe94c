import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import {
  type FederatedReads,
  listFederated,
} from "../../../shared/clients/federated/list-federated.ts";
import { compareTrust } from "../../../shared/clients/federated/match.ts";
import { PRESETS } from "../../../shared/clients/federated/presets.ts";
import { route } from "../../edge/route.ts";
import { DryRunBody } from "./federated-inputs.ts";
import { DryRunShape, FederatedListShape, showDryRun, showFederated } from "./federated-shapes.ts";
import { PresetListShape } from "./preset-shapes.ts";

export const federatedList = (deps: FederatedReads) =>
  route(
    {
      name: "federated-list",
      operationId: "listFederatedCredentials",
      method: "GET",
      path: "/clients/{id}/federated-credentials",
      access: "clients.read",
      summary: "List whose tokens the directory takes as a client's",
      description: "All of them, live; also those that administrators have made in the directory.",
      replies: { 200: { description: "The credentials", schema: FederatedListShape } },
      problems: ["not-found", "directory-throttled"],
    },
    async ({ caller, id }) => {
      const listed = await listFederated(deps, {
        subscription: caller.subscription,
        clientId: id,
      });
      if (!listed.ok) return listed;
      return done({ status: 200, body: { items: listed.value.map(showFederated) } });
    },
  );

export const federatedDryRun = (deps: FederatedReads) =>
  route(
    {
      name: "federated-dry-run",
      operationId: "tryFederatedToken",
      method: "POST",
      path: "/clients/{id}/federated-credentials/dry-run",
      access: "clients.read",
      summary: "See which credential a token would be taken for, and what differs",
      description:
        "Compares claims with the client's credentials, as the directory does: letter by letter. It changes nothing, keeps nothing of what it is given, and takes no signature. Whether the token is genuine and in time only the directory says.",
      accepts: ["Idempotency-Key"],
      body: DryRunBody,
      replies: { 200: { description: "What was compared", schema: DryRunShape } },
      problems: ["not-found", "directory-throttled"],
    },
    async ({ caller, id, body }) => {
      const listed = await listFederated(deps, {
        subscription: caller.subscription,
        clientId: id,
      });
      if (!listed.ok) return listed;
      return done({ status: 200, body: showDryRun(compareTrust(listed.value, body)) });
    },
  );

export const federatedPresets = () =>
  route(
    {
      name: "federated-presets",
      operationId: "listFederatedPresets",
      method: "GET",
      path: "/federated-presets",
      access: "clients.read",
      summary: "Read what each platform's federated credential is made of",
      description:
        "What to ask people, and what issuer and subject come of it: a form can be made of it, and shows the result before it is sent.",
      query: z.strictObject({}),
      replies: { 200: { description: "The presets", schema: PresetListShape } },
      problems: [],
    },
    async () => done({ status: 200, body: { items: PRESETS } }),
  );
