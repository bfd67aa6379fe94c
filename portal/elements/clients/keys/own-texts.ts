import { type KeysTexts, keysTexts } from "../../texts/keys.ts";
import type { Texts } from "../../texts/texts.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";

/** Made once for each language: the element's own texts are one object for each. */
const made = new WeakMap<Texts, KeysTexts>();

export function ownTexts(el: LatchkeyClients): KeysTexts {
  const texts = made.get(el.t) ?? el.makeTexts(keysTexts);
  made.set(el.t, texts);
  return texts;
}
