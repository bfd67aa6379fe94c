import * as z from "zod";
import type { Actor } from "./actor.ts";
import type { Consent } from "./consent.ts";
import type { Certificate } from "./credential.ts";
import type { KnownSecret } from "./known-secrets.ts";
import type { Registration } from "./registration.ts";
import type { Secret } from "./secret.ts";
import type { Suspension } from "./suspension.ts";

/** The app roles of the resource API that a client can ask for; all of them when it names none. */
export const ResourceRole = z.enum(["api.read", "api.write"]);

/** The app role of this service's own API: who has it may rotate its own secrets. */
export const ROTATE_ROLE = "keys.rotate";

/** Every app role that a client can ask for, of whichever API. */
export const Role = z.enum([...ResourceRole.options, ROTATE_ROLE]);
export type Role = z.infer<typeof Role>;

/** Sign-in audiences of an app registration; see "Headline design consequences" of docs/directory.md. */
export const SignInAudience = z.enum([
  "AzureADMyOrg",
  "AzureADMultipleOrgs",
  "AzureADandPersonalMicrosoftAccount",
]);
export type SignInAudience = z.infer<typeof SignInAudience>;

/** The directory's own limit on an application's name (Microsoft Learn, "Validation differences by supported account types"). */
export const maxNameLength = (audience: SignInAudience): number =>
  audience === "AzureADandPersonalMicrosoftAccount" ? 90 : 120;

/** What the records know of a client. The directory stays the source of truth for its name and secrets. */
export interface ClientRecord {
  /** Object id of the app registration. */
  readonly id: string;
  /** The OAuth client_id. */
  readonly appId: string;
  readonly subscription: string;
  /** As last set through this service: for alerts and lists while the directory lags. */
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly createdAt: Date;
  /** The operation that made it, whose id is on the app registration as a tag; of one that was restored, that of the restore. */
  readonly operationId: string;
  /** Raised by each change of the client itself; its ETag. */
  readonly revision: number;
  readonly consent: Consent;
  /** Who asked for it; unknown of clients that were made before this was noted, and after a rebuild of the records. */
  readonly requester?: Actor;
  /** Its subscription had no webhook when its create was admitted: what is told of the create is for none. */
  readonly noWebhook?: boolean;
  /** When it last came back from the directory's deleted items; its consent has been asked for anew since. */
  readonly restoredAt?: Date;
  /** Set while it gets no new tokens. */
  readonly suspended?: Suspension;
  /** Secrets that it is known to have; nothing of clients that were changed before this was kept. */
  readonly secrets?: readonly KnownSecret[];
  /** It registered itself, and can be managed by its registration access token until it is deleted. */
  readonly registration?: Registration;
}

/** A client as the directory has it now, joined with its record. */
export interface Client {
  readonly record: ClientRecord;
  readonly displayName: string;
  readonly secrets: readonly Secret[];
  readonly certificates: readonly Certificate[];
}

/** What a change of a client is bound to: its own fields (name, consent); a secret is a resource of its own. */
export const clientRevision = (record: ClientRecord): string => `${record.id}.${record.revision}`;

export const clientEtag = (record: ClientRecord): string => `"${clientRevision(record)}"`;
