import { type CareTexts, careTexts } from "../../texts/care.ts";
import type { Texts } from "../../texts/texts.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";

/** Made once for each language: the element's own texts are one object for each. */
const made = new WeakMap<Texts, CareTexts>();

export function ownTexts(el: LatchkeyClients): CareTexts {
  const texts = made.get(el.t) ?? el.makeTexts(careTexts);
  made.set(el.t, texts);
  return texts;
}
