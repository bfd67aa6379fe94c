import * as z from "zod";
import type { Cloud } from "../../../../infra/local/cloud.ts";
import type { Api, Call } from "../../../support/api.ts";
import { aPem } from "../../../support/certificates.ts";
import { eventually } from "../../../support/eventually.ts";
import { grantAs } from "../../../support/grant-as.ts";
import { makeSecret } from "../../../support/make.ts";

/** What a row of costs begins with. */
export type Begin =
  | "certificate"
  | "federated"
  | "deleted"
  | "granted"
  | "stopped"
  | "webhook"
  | "blocked"
  | "offboarding";

/** A client and who may ask for it. */
export interface Beginning {
  readonly cloud: Cloud;
  readonly api: Api;
  readonly call: Call;
  /** The customer, at a host whose clients get their tokens where Entra issues them. */
  readonly atEntra: Call;
  readonly subscription: string;
  readonly id: string;
}

export const TRUST = {
  name: "github-main",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:octo-org/octo-repo:ref:refs/heads/main",
};

export const newCertificate = () => ({
  json: { displayName: "Build server", certificate: aPem() },
});

const Made = z.object({ keyId: z.string().optional(), id: z.string().optional() });

/** Asked for as whoever may; the id of what was made, where a row is about that. */
export async function prepare(begin: Begin, made: Beginning): Promise<string | undefined> {
  const { api, call, atEntra, subscription, id, cloud } = made;
  const path = `/clients/${id}`;
  const insist = async (by: Call, ask: Parameters<Call>, status: number) => {
    const answer = await by(...ask);
    if (answer.status !== status) throw new Error(`${ask[0]} ${ask[1]} is ${answer.status}`);
    return answer.body;
  };
  const olga = await api.olga();
  const reason = { json: { reason: "Not paid" } };
  const whole = `/admin/subscriptions/${subscription}`;
  switch (begin) {
    case "certificate": {
      const asked = await insist(atEntra, ["POST", `${path}/certificates`, newCertificate()], 201);
      return Made.parse(asked).keyId;
    }
    case "federated": {
      const federated = `${path}/federated-credentials`;
      return Made.parse(await insist(atEntra, ["POST", federated, { json: TRUST }], 201)).id;
    }
    case "deleted":
      await insist(call, ["DELETE", path], 204);
      return undefined;
    case "granted":
      // With another secret: the last one is not removed.
      await makeSecret(call, id);
      await grantAs(cloud, id);
      return undefined;
    case "stopped":
      await insist(olga, ["POST", `/admin/clients/${id}/suspend`, reason], 200);
      return undefined;
    case "webhook": {
      const json = { url: `${cloud.inbox.origin}/hooks/${id}` };
      await insist(call, ["PUT", "/webhook", { json }], 201);
      return undefined;
    }
    case "blocked":
      await insist(olga, ["POST", `${whole}/block`, reason], 202);
      return undefined;
    case "offboarding": {
      const run = await insist(olga, ["POST", `${whole}/offboard`, reason], 202);
      // Reversed before its first step it would be told of as well.
      await eventually(
        () => cloud.bus.dueWithin("operations", 1_500),
        (messages) => messages === 0,
      );
      return Made.parse(run).id;
    }
  }
}
