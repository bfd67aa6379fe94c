import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Role } from "../../../shared/clients/client.ts";
import type { Ask } from "./asks.ts";

/** What a caller knows after a request: the answer, or that there was none. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** One change that somebody wants, with what is needed to ask for it again as the same change. */
export interface Wish {
  readonly ask: Ask;
  /** What it is to be called, or the reason that is given for it: no other wish has it. */
  readonly name: string;
  readonly key: string;
  readonly subscription: string;
  /** The client it is about; absent for a create, and for what is about a whole subscription. */
  readonly clientId?: string;
  readonly keyId?: string;
  /** What a client is called by itself: its OAuth client id. */
  readonly appId?: string;
  /** What a create asks for; left out: what it is given. */
  readonly roles?: readonly Role[];
  /** The ETag it is asked under; `stale` is one that nothing has. */
  readonly ifMatch?: string;
  answer?: Answer | undefined;
  /** How often it was asked for. */
  asked: number;
}

export type About = Pick<
  Wish,
  "subscription" | "clientId" | "keyId" | "appId" | "roles" | "ifMatch"
>;

export const STALE = '"stale"';

/** The subscription of the local cloud's Ann. */
export const CONTOSO = "contoso";

export const Created = z.looseObject({ id: z.guid() });
/** A client that has registered itself is told its OAuth client id, and not what its secret is called. */
export const Registered = z.looseObject({ client_id: z.guid(), client_secret: z.string() });
export const Added = z.looseObject({ keyId: z.guid(), secretText: z.string() });

/** A certificate or a federated credential that was made: its id. */
export const MadeKey = z.union([
  z.looseObject({ keyId: z.guid() }).transform(({ keyId }) => keyId),
  z.looseObject({ id: z.guid() }).transform(({ id }) => id),
]);

/** What a host that died between its last write and its answer leaves to say: which secret to remove. */
export const AlreadyReturned = z.looseObject({
  type: z.literal("/problems/secret-value-already-returned"),
  keyId: z.guid(),
});

/** What an operation on a whole subscription is answered with. */
export const Begun = z.looseObject({ id: z.guid() });

export const newWish = (ask: Ask, about: About): Wish => ({
  ask,
  name: `${ask} ${randomUUID()}`,
  key: randomUUID(),
  asked: 0,
  ...about,
});

export const succeeded = (answer: Answer | undefined): boolean =>
  answer !== undefined && answer.status < 300;
