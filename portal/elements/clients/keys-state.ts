import type { FederatedPreset, Keyless } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

/** The file with a private key that was made here: this page has it until it is saved, and nobody else ever. */
export interface MadeKey {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly content: string | ArrayBuffer;
  /** Of a PKCS #12 file. */
  readonly password?: string;
  readonly saved: boolean;
  /** Closing was asked for before it was saved. */
  readonly unsure: boolean;
  /** One that was on screen when this one came: it is there again after it. */
  readonly below?: MadeKey | undefined;
}

/** What proves who a client is, besides its secrets. */
export interface KeysState {
  readonly clientId?: string;
  readonly isReading?: boolean;
  readonly trouble?: Trouble | undefined;
  readonly items?: readonly Keyless[];
  /** What a form for a platform asks, once somebody has opened one. */
  readonly presets?: readonly FederatedPreset[];
  readonly made?: MadeKey | undefined;
}

export function setKeys(el: LatchkeyClients, change: Partial<KeysState>): void {
  el.set({ keys: { ...el.state.keys, ...change } });
}
