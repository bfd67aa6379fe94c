import type * as z from "zod";
import type {
  ClientListShape,
  ClientShape,
  ConsentShape,
  NewSecretShape,
  SecretShape,
} from "../../../functions/http/shapes.ts";

/** What the API answers, taken from the API's own schemas: types only, so nothing of them is shipped to the browser. */
export type Client = z.infer<typeof ClientShape>;
export type Secret = z.infer<typeof SecretShape>;
export type NewSecret = z.infer<typeof NewSecretShape>;
export type Consent = z.infer<typeof ConsentShape>;
export type ClientList = z.infer<typeof ClientListShape>;
export type Role = Client["roles"][number];

/** What an operator sees of a consent. */
export interface ConsentItem {
  readonly clientId: string;
  readonly appId: string;
  readonly displayName: string;
  readonly subscription: string;
  readonly requestedBy: string;
  readonly grantUrl: string;
  readonly automaticGrant: boolean;
  readonly consent: Consent;
}
export interface ConsentItemList {
  readonly items: readonly ConsentItem[];
  readonly nextCursor?: string;
}
