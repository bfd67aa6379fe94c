import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { ROTATE_ROLE } from "../../../shared/clients/client.ts";
import { buyToken } from "../../support/buy-token.ts";
import { eventually } from "../../support/eventually.ts";
import type { Ask } from "./asks.ts";
import { type About, CONTOSO, newWish, succeeded, type Wish } from "./wish.ts";

/** Clients that ask for themselves: whatever has to be done before is asked for like everything else, and held in the audit. */

/** What a client asks with. */
export type OwnToken = () => Promise<string> | string;
export type Hold = (clientId: string, token: OwnToken) => void;

interface Means {
  readonly insist: (wish: Wish) => Promise<Wish>;
  readonly calm: () => Promise<void>;
  readonly hold: Hold;
}

const Made = z.looseObject({ id: z.guid(), appId: z.guid() });
const Added = z.looseObject({ keyId: z.guid(), secretText: z.string() });
const Registered = z.looseObject({ client_id: z.guid(), registration_access_token: z.string() });
const WithId = z.object({ id: z.guid() });

/** Tokens are good for an hour, and a campaign lasts longer. */
const FRESH_MS = 1_800_000;

/** A careful caller who was not shown the value asks for another one. */
async function shown(insist: Means["insist"], ask: Ask, about: About): Promise<Wish> {
  for (;;) {
    const wish = await insist(newWish(ask, about));
    if (succeeded(wish.answer)) return wish;
  }
}

/** One that has its consent to rotate its own credentials, with the secret that it buys its tokens with. */
export async function anOwnClient(cloud: Cloud, { insist, calm, hold }: Means): Promise<About> {
  const subscription = CONTOSO;
  const roles = ["api.read", ROTATE_ROLE] as const;
  const made = await insist(newWish("create", { subscription, roles }));
  const { id: clientId, appId } = Made.parse(made.answer?.body);
  await calm();
  const added = await shown(insist, "add-secret", { subscription, clientId });
  const { keyId, secretText } = Added.parse(added.answer?.body);
  await insist(newWish("grant", { subscription, clientId }));
  await calm();
  const buy = () =>
    buyToken({
      tokenEndpoint: cloud.settings["TOKEN_ENDPOINT"] ?? "",
      ...{ clientId: appId, clientSecret: secretText },
      scope: cloud.settings["KEYS_SCOPE"] ?? "",
    });
  // A new secret is taken some seconds late.
  let token = await eventually(
    () => buy().catch(() => ""),
    (bought) => bought !== "",
  );
  let bought = Date.now();
  hold(clientId, async () => {
    if (Date.now() - bought < FRESH_MS) return token;
    token = await buy();
    bought = Date.now();
    return token;
  });
  return { subscription, clientId, keyId };
}

/** One that has registered itself, and asks with the token that it was given for that. */
export async function aRegistered(cloud: Cloud, { insist, calm, hold }: Means): Promise<About> {
  const subscription = CONTOSO;
  const { answer } = await shown(insist, "register", { subscription });
  const registered = Registered.parse(answer?.body);
  const { client_id: appId, registration_access_token: token } = registered;
  await calm();
  // It is not told its id in the directory.
  const { graph, users } = cloud.addresses;
  const response = await fetch(`${graph}/applications(appId='${appId}')?$select=id`, {
    headers: { authorization: `Bearer ${users.olga.graphToken}` },
  });
  const { id: clientId } = WithId.parse(await response.json());
  hold(clientId, () => token);
  return { subscription, clientId, appId };
}
