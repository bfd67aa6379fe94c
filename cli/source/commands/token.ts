import type { Command } from "commander";
import * as z from "zod";
import { describeToken } from "../../../infra/tools/token/claims.ts";
import { misused } from "../context.ts";
import { clientToken } from "../sign-in/client-token.ts";
import { findCredential } from "../sign-in/credential.ts";
import type { Terminal } from "../terminal.ts";
import { addCommand } from "./command.ts";

/** `latchkey token`: what a client itself does to call the company's API. */
export function addToken(program: Command, terminal: Terminal): void {
  addCommand(program, terminal, {
    usage: "token",
    about: "an access token for a client, by its secret, certificate or pipeline",
    options: [
      ["--client-id <id>", "the client's client_id (or LATCHKEY_CLIENT_ID)"],
      ["--token-endpoint <url>", "where it asks (or LATCHKEY_TOKEN_ENDPOINT)"],
      ["--scope <scope>", "what it asks for (or LATCHKEY_SCOPE)"],
      ["--secret-stdin", "the secret is on standard input"],
      ["--explain", "what each claim means, instead of the token"],
    ],
    input: z.object({
      clientId: z.string().optional(),
      tokenEndpoint: z.string().optional(),
      scope: z.string().optional(),
      secretStdin: z.boolean().default(false),
      explain: z.boolean().default(false),
    }),
    run: async ({ environment, show, say }, input) => {
      const clientId = input.clientId ?? environment.LATCHKEY_CLIENT_ID;
      const endpoint = input.tokenEndpoint ?? environment.LATCHKEY_TOKEN_ENDPOINT;
      const scope = input.scope ?? environment.LATCHKEY_SCOPE;
      if (!clientId) return misused("--client-id (or LATCHKEY_CLIENT_ID) is missing.");
      if (!endpoint) return misused("--token-endpoint (or LATCHKEY_TOKEN_ENDPOINT) is missing.");
      if (!scope) return misused("--scope (or LATCHKEY_SCOPE) is missing.");
      const typed = input.secretStdin ? await readSecret(terminal, say) : undefined;
      const credential = await findCredential(environment, typed);
      const { accessToken, expiresInSeconds } = await clientToken(
        { clientId, endpoint, scope },
        credential,
      );
      const explained = () => describeToken(accessToken, new Date()).join("\n");
      if (input.explain) show({ claims: explained().split("\n") }, explained);
      else
        show(
          { access_token: accessToken, token_type: "Bearer", expires_in: expiresInSeconds },
          () => accessToken,
        );
    },
  });
}

async function readSecret(terminal: Terminal, say: (line: string) => void): Promise<string> {
  if (terminal.isTyped) say("Secret, then Ctrl-D:");
  const secret = (await terminal.readInput()).trim();
  return secret === "" ? misused("There is no secret on standard input.") : secret;
}
