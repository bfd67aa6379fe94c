import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Stage } from "../stage.ts";
import { ASSERTION_TYPE } from "./climb-to-certificate.ts";
import type { Client } from "./create-client.ts";
import { type Proof, tokenRequest } from "./keep-asking.ts";

/** What stands for Entra in a foreign token. */
const EXCHANGE_AUDIENCE = "api://AzureADTokenExchange";

const Issuer = z.object({ issuer: z.url() });
const Run = z.object({
  ACTIONS_ID_TOKEN_REQUEST_URL: z.url(),
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: z.string(),
});
const IdToken = z.object({ value: z.string() });

/** @returns what the client shows for itself from now on: a token of the platform that it runs on */
export const climbToFederation = (stage: Stage, client: Client): Promise<Proof> =>
  stage.step(
    "The top: nothing to keep at all",
    "The program runs in a pipeline. Ann says which one, and the directory takes that pipeline's own tokens as the client's proof. A stand-in of GitHub's issuer hands them out here.",
    async () => {
      const { api, graph, users } = stage.addresses;
      const github = `${new URL(graph).origin}/issuers/github`;
      const known = await stage.quietly({ url: `${github}/.well-known/openid-configuration` });
      const { issuer } = Issuer.parse(known.body);
      const [organization, repository, branch] = ["octo-org", "octo-repo", "main"];
      const added = await stage.call({
        method: "POST",
        url: `${api}/clients/${client.id}/federated-credentials`,
        as: { who: "ann", token: users.ann.accessToken },
        headers: { "Idempotency-Key": randomUUID() },
        json: {
          name: "github-main",
          preset: "github-actions",
          scope: "branch",
          values: { organization, repository, branch, issuer },
        },
      });
      stage.check("The federated credential was added", added.status === 201);
      const begun = await stage.quietly({
        method: "POST",
        url: `${github}/runs`,
        json: { repository: `${organization}/${repository}`, ref: `refs/heads/${branch}` },
      });
      const run = Run.parse(begun.body);
      // The directory names the issuer by https; its keys are its own, and a pipeline's step asks as plainly.
      const asked = new URL(run.ACTIONS_ID_TOKEN_REQUEST_URL);
      const address = `${github}/token${asked.search}&audience=${EXCHANGE_AUDIENCE}`;
      const proof: Proof = async () => {
        const { body } = await stage.quietly({
          url: address,
          as: { who: "the pipeline", token: run.ACTIONS_ID_TOKEN_REQUEST_TOKEN },
        });
        const { value } = IdToken.parse(body);
        return { client_assertion_type: ASSERTION_TYPE, client_assertion: value };
      };
      const form = await tokenRequest(client, proof);
      const token = await stage.call({ method: "POST", url: client.tokenEndpoint, form });
      stage.check("The pipeline's token buys a token of the client's", token.status === 200);
      return proof;
    },
  );
