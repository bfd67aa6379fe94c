import { done, type Outcome, refused } from "../../base/outcome.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ClientRecord } from "../../clients/client.ts";
import { type KindNotAllowed, refusedKind } from "../../clients/credential-rules.ts";
import { withSecret } from "../../clients/known-secrets.ts";
import type { CreatedClient, DirectoryRefusal } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { AuthMethod } from "../../clients/registration.ts";
import {
  type RegisteredClient,
  registrationOf,
  registrationToken,
} from "../../clients/registration-token.ts";
import type { NewSecret } from "../../clients/secret.ts";
import type { SecretRefusal } from "../../clients/secret-reasons.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { firstSecretActivity } from "../admission/activity-of.ts";
import { settled } from "../admission/change.ts";
import { leaveTimeToHandOut, tryEnd } from "../admission/end.ts";
import { afterTheChange } from "../admission/executed.ts";
import type { KeyRefusal } from "../admission/key.ts";
import { eventOf, tell } from "../admission/tell.ts";
import { type MakeDeps, ofSecretPolicy } from "../credentials/new-secret.ts";
import { secretRecordOf } from "../credentials/secret-record-of.ts";
import { discard, madeMeanwhile } from "../settling/given-up.ts";
import { tellTakenBack } from "../settling/taken-back.ts";
import {
  beginCreate,
  type CreateDeps,
  type CreateInHand,
  type CreateRequest,
} from "./create-client.ts";
import { madeOf, madeRecord } from "./made-record.ts";

export interface RegisterRequest extends CreateRequest {
  readonly secret: { readonly displayName: string; readonly lifetimeDays: number };
  readonly authMethod: AuthMethod;
  /** 32 random bytes, which the registration access token ends in. */
  readonly tokenSecret: Uint8Array;
}

export interface Registered {
  readonly record: RegisteredClient;
  readonly secret: NewSecret;
  /** The registration access token: in this answer and nowhere else. */
  readonly token: string;
}

const DAY_MS = 86_400_000;

/**
 * Creates a client together with its first secret, as a client does that registers itself (RFC 7591): one operation and one
 * directory call, so that there is no moment with the one and without the other. Whoever gets no answer has no client either: a
 * registration whose worker has died is undone, for its secret's value has reached nobody (decision 22).
 *
 * @throws RemoteUnavailable when it cannot be said that nothing was made; what was made is then taken back
 */
export async function registerClient(
  deps: CreateDeps & MakeDeps,
  request: RegisterRequest,
): Promise<
  Outcome<Registered, ClientRefusal | SecretRefusal | KindNotAllowed | AccountRefusal | KeyRefusal>
> {
  const refusal = refusedKind(deps.credentialRules, "secret");
  if (refusal) return refused(refusal);
  const createdAt = deps.runtime.now();
  const expiresAt = new Date(createdAt.getTime() + request.secret.lifetimeDays * DAY_MS);
  const { displayName } = request.secret;
  const secret = { displayName, createdAt, expiresAt };
  const begun = await beginCreate(deps, request, {
    displayName,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  });
  if (begun.state === "answered") return alreadyReturned(begun.outcome);
  const { inHand } = begun;
  const { operationId } = inHand.held.entry;
  const answer = await deps.directory.create({ operationId, ...request, secret });
  const created = await settled(deps, inHand, answer, (said) => ofTheSecret(deps, said));
  return created.ok ? done(await record(deps, request, inHand, created.value)) : created;
}

/** The value was in the first answer and is kept nowhere, so there is none to give: the caller learns which secret it was. */
function alreadyReturned<Refusal>(
  outcome: Outcome<ClientRecord, Refusal>,
): Outcome<never, Refusal | KeyRefusal> {
  if (!outcome.ok) return outcome;
  const keyId = outcome.value.secrets?.[0]?.keyId ?? "";
  return refused({ reason: "secret-value-already-returned", keyId });
}

/** Of a policy for secrets the caller is told as whoever adds one. */
const ofTheSecret = (
  { credentialRules }: Pick<MakeDeps, "credentialRules">,
  refusal: DirectoryRefusal,
): SecretRefusal | KindNotAllowed | undefined =>
  refusal.reason === "forbidden-by-policy" ? ofSecretPolicy(credentialRules, refusal) : undefined;

async function record(
  deps: CreateDeps,
  { authMethod, tokenSecret }: RegisterRequest,
  { held, key }: CreateInHand,
  created: CreatedClient,
): Promise<Registered> {
  const { entry } = held;
  const { firstSecret: secret } = created;
  if (!secret) throw new Error("The directory has made a client without the secret asked for");
  const blank = madeRecord(entry, created, deps.promise);
  const token = registrationToken(blank, tokenSecret);
  const made = {
    ...withSecret(blank, secret, secret.createdAt),
    registration: registrationOf(token, authMethod),
  };
  const { id: clientId } = made;
  const { keyId, displayName } = secret;
  const isOurs = await afterTheChange(async () => {
    const data = { keyId, displayName, expiresAt: secret.expiresAt.toISOString() };
    await tell(deps, eventOf(entry, "secret.created", { clientId, at: entry.startedAt, data }));
    leaveTimeToHandOut();
    const ended = await tryEnd(deps, held, {
      came: { outcome: "done", clientId },
      also: firstSecretActivity(entry, deps.runtime.now(), { clientId, credentialId: keyId }),
      made: madeOf(entry, made),
      secrets: [{ now: "made", record: secretRecordOf(entry, clientId, secret) }],
      ...(key && { key: { key, result: { clientId, keyId } } }),
    });
    // It may have ended by this very transaction, whose answer was lost: nobody else makes a client of a registration.
    return ended !== "lost" || (await madeMeanwhile(deps, entry)) !== undefined;
  });
  if (isOurs) return { record: made, secret, token };
  // Whoever took it over has undone it, or has given it up before the directory showed anything of it.
  await tellTakenBack(deps, entry, { clientId, keyIds: [keyId] });
  await discard(deps, entry, clientId);
  throw new RemoteUnavailable("directory", { executed: "no" });
}
