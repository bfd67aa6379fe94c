import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import { endingsOf } from "../../clients/credential.ts";
import type { ClientDirectory } from "../../clients/ports.ts";
import type { NewSecret, SecretToMake } from "../../clients/secret.ts";
import type { SecretDirectory } from "../../clients/secret-directory.ts";
import { AddedPassword, SecretsPage } from "./application.ts";
import { isExpired } from "./expired-page.ts";
import { json } from "./json.ts";
import { withLongest } from "./longest-lifetime.ts";
import { isBadRequest, type Refused } from "./refusal.ts";
import { doneOrThrow, type SendDeps, send } from "./send.ts";
import { leadOf, TAG } from "./tags.ts";

/** The largest page of a list. */
const PAGE_SIZE = 999;

interface Options extends SendDeps {
  readonly client: Client;
  /** Whether clients may have certificates, so that these are listed as well. */
  readonly certificates: boolean;
}

/** Secrets of clients: `addPassword` and `removePassword` of Microsoft Graph v1.0. */
export function secretsInGraph(options: Options, get: ClientDirectory["get"]): SecretDirectory {
  const action = (clientId: string, name: string) =>
    json(options.client, `/applications/${clientId}/${name}`);
  return {
    addSecret: async (clientId, secret, expected) => {
      const body = { passwordCredential: passwordCredential(secret) };
      const answer = AddedPassword.transform(
        (added): NewSecret => ({
          keyId: added.keyId,
          displayName: added.displayName ?? secret.displayName,
          hint: added.hint ?? "",
          createdAt: added.startDateTime,
          expiresAt: added.endDateTime,
          secretText: added.secretText,
        }),
      );
      const policy = { repeatable: false, answer, expected, refusal: full };
      const added = await send(options, policy, () => action(clientId, "addPassword").post(body));
      return withLongest(options, "passwordLifetime", added);
    },
    removeSecret: (clientId, keyId, expected) =>
      send(
        options,
        {
          repeatable: true,
          answer: z.undefined(),
          expected,
          refusal: noSuchSecret,
          // What was to go has gone, if not the whole client.
          gotThrough: (refused) => (isBadRequest(refused) ? { value: undefined } : undefined),
        },
        () => action(clientId, "removePassword").post({ keyId }),
      ),
    secretsOf: async (clientId, expected) => (await get(clientId, expected))?.secrets,
    endingOf: async (clientId, expected) => {
      const shown = await get(clientId, expected);
      return shown && endingsOf(shown);
    },
    listSecrets: async (from) => {
      const select = `id,tags,passwordCredentials${options.certificates ? ",keyCredentials" : ""}`;
      const first = `/applications?$filter=tags/any(t:t eq '${TAG}')&$top=${PAGE_SIZE}&$select=${select}`;
      const answer = await send(options, { repeatable: true, answer: SecretsPage }, () =>
        json(options.client, from ?? first).get(),
      );
      if (from !== undefined && isExpired(answer)) return "expired";
      const { value, "@odata.nextLink": next } = doneOrThrow(answer);
      const items = value.flatMap(
        ({ id, tags, passwordCredentials: secrets, keyCredentials: certificates }) => {
          const lead = leadOf(id, tags);
          return lead ? [{ lead, secrets: endingsOf({ secrets, certificates }) }] : [];
        },
      );
      return { items, ...(next !== undefined && { next }) };
    },
  };
}

/** A secret as Graph is asked for it. */
export const passwordCredential = ({ displayName, createdAt, expiresAt }: SecretToMake) => ({
  displayName,
  startDateTime: createdAt.toISOString(),
  endDateTime: expiresAt.toISOString(),
});

/** No other 400 is left: the body is ours and was validated. The limit's own code is not documented, its text varies. */
const full = (refused: Refused) =>
  isBadRequest(refused) ? ({ reason: "secrets-full" } as const) : undefined;

/** The key id is well-formed and the body holds nothing else: 400 can only mean that no secret has it. */
const noSuchSecret = (refused: Refused) =>
  isBadRequest(refused) ? ({ reason: "secret-absent" } as const) : undefined;
