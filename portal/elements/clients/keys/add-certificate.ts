import type { Form } from "../../shared/form.ts";
import { DAY } from "../../shared/format.ts";
import type { Certificate, Client, Keyless } from "../../shared/shapes.ts";
import { notReached, type Trouble } from "../../shared/trouble.ts";
import { setKeys } from "../keys-state.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { added } from "./credentials.ts";
import type { MadeKeyPair } from "./key-pair.ts";

export interface Wanted {
  readonly displayName: string;
  /** PEM of a certificate that there is already; nothing: a key pair is made. */
  readonly certificate?: string;
  readonly days: number;
  readonly format: "pem" | "p12";
  /** The one that gives way to it, and how long it goes on working. */
  readonly replaced?: Keyless;
  readonly graceHours?: number;
}

/** The reader's clock may be ahead of the service's, which refuses what is not valid yet. */
const BEHIND_MS = 600_000;

/** One for a form and its choices, so that asking again after a lost answer uploads the same certificate. */
const pairs = new WeakMap<Form, { readonly asked: string; readonly pair: MadeKeyPair }>();

/** Sends the certificate, never the key; the key is then to be saved. */
export async function sendCertificate(
  el: LatchkeyClients,
  form: Form,
  client: Client,
  wanted: Wanted,
): Promise<Trouble | Readonly<Record<string, string>> | undefined> {
  const pair = wanted.certificate === undefined ? await pairOf(form, wanted) : undefined;
  if (pair === "not-loaded") return notReached;
  const { displayName, replaced, graceHours } = wanted;
  const body = {
    displayName,
    certificate: pair ? pair.certificate : wanted.certificate,
    ...(replaced && { graceHours }),
  };
  const path = `/clients/${client.id}/certificates${replaced ? `/${replaced.id}/rotate` : ""}`;
  el.set({ awaited: el.state.awaited + 1 });
  const answer = await el.client.call<Certificate>("POST", path, {
    body,
    idempotencyKey: form.idempotencyKey(body),
  });
  el.set({ awaited: el.state.awaited - 1 });
  if (!answer.ok) return answer.trouble;
  if (pair && el.isConnected) {
    const file = wanted.format === "p12" ? await pair.toPkcs12() : undefined;
    const content = file?.bytes ?? pair.pem;
    const { made: below } = el.state.keys;
    const kept = { name: displayName, content, saved: false, unsure: false, below };
    setKeys(el, { made: { ...kept, ...(file && { password: file.password }) } });
  }
  pairs.delete(form);
  added(el, form, client, { id: answer.value.keyId, kind: "certificate", displayName });
  return undefined;
}

async function pairOf(form: Form, { displayName, days }: Wanted) {
  const asked = JSON.stringify([displayName, days]);
  const known = pairs.get(form);
  if (known?.asked === asked) return known.pair;
  try {
    const { makeKeyPair } = await import("./key-pair.ts");
    const now = Date.now();
    const valid = {
      from: new Date(now - BEHIND_MS),
      until: new Date(now - BEHIND_MS + days * DAY),
    };
    const pair = await makeKeyPair(displayName, valid);
    pairs.set(form, { asked, pair });
    return pair;
  } catch {
    return "not-loaded";
  }
}
