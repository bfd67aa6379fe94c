import { str } from "@lit/localize";
import type { Msg } from "./msg.ts";

/** Texts of the part of `<latchkey-clients>` about certificates and federated credentials, which is loaded later. */
export const keysTexts = (msg: Msg) => ({
  ...listTexts(msg),
  ...certificateTexts(msg),
  ...federatedTexts(msg),
});

export type KeysTexts = ReturnType<typeof keysTexts>;

const listTexts = (msg: Msg) => ({
  keysIntro: msg(
    "A secret is known to two, and can leak from both. With a certificate the private key stays with you alone; with a federated credential there is nothing to keep at all: your platform vouches for your program.",
    { id: "keysIntro" },
  ),
  keysEmpty: msg("This client has neither yet.", { id: "keysEmpty" }),
  certificate: msg("Certificate", { id: "certificate" }),
  federated: msg("Federated credential", { id: "federated" }),
  thumbprint: msg("Thumbprint", { id: "thumbprint" }),
  issuer: msg("Issuer", { id: "issuer" }),
  subject: msg("Subject", { id: "subject" }),
  addCertificate: msg("Add certificate", { id: "addCertificate" }),
  addFederated: msg("Add federated credential", { id: "addFederated" }),
  credentialAdded: (name: string) => msg(str`${name} was added.`, { id: "credentialAdded" }),
  credentialRemoved: (name: string) => msg(str`${name} was removed.`, { id: "credentialRemoved" }),
  removeCredentialTitle: (name: string) =>
    msg(str`Remove “${name}”?`, { id: "removeCredentialTitle" }),
  removeCredentialDetail: msg(
    "Whatever signs in with it gets no new tokens. Tokens that are out live until they end. It cannot be taken back.",
    { id: "removeCredentialDetail" },
  ),
});

const certificateTexts = (msg: Msg) => ({
  source: msg("Key pair", { id: "source" }),
  sourceHere: msg("Make one here, in this browser", { id: "sourceHere" }),
  sourceHereHint: msg("You save the private key; it is never sent anywhere.", {
    id: "sourceHereHint",
  }),
  sourceOwn: msg("I have a certificate", { id: "sourceOwn" }),
  sourceOwnHint: msg("Of an RSA key with 2,048 bits or more.", { id: "sourceOwnHint" }),
  pemLabel: msg("Certificate (PEM)", { id: "pemLabel" }),
  pemHint: msg("It begins with -----BEGIN CERTIFICATE-----. Never paste a private key.", {
    id: "pemHint",
  }),
  privateKeyTyped: msg("This holds a private key. It was not sent; paste the certificate alone.", {
    id: "privateKeyTyped",
  }),
  goodFor: msg("Good for", { id: "goodFor" }),
  format: msg("File with the private key", { id: "format" }),
  formatPem: msg("PEM, not encrypted", { id: "formatPem" }),
  formatP12: msg("PKCS #12 with a password", { id: "formatP12" }),
  replaceCertificate: msg("Replace certificate", { id: "replaceCertificate" }),
  making: msg("The key pair is being made …", { id: "making" }),
  madeTitle: msg("Save the private key now", { id: "madeTitle" }),
  madeDetail: msg(
    "It was made in this browser and is nowhere else. Once this is closed nobody can bring it back; you would remove the certificate and add another.",
    { id: "madeDetail" },
  ),
  madeSave: msg("Save file", { id: "madeSave" }),
  madePassword: msg("Password of the file", { id: "madePassword" }),
  madeDiscard: msg("Close without saving", { id: "madeDiscard" }),
  madeUnsure: msg("You have not saved the private key. Close all the same?", { id: "madeUnsure" }),
});

const federatedTexts = (msg: Msg) => ({
  platform: msg("Where does your program run?", { id: "platform" }),
  anyIssuer: msg("Anywhere else: issuer and subject by hand", { id: "anyIssuer" }),
  audience: msg("Audience", { id: "audience" }),
  federatedName: msg("Letters, digits, - and _, 3 to 120 of them.", { id: "federatedName" }),
  federatedTaken: msg("There is one with this name, or with this issuer and subject.", {
    id: "federatedTaken",
  }),
  federatedFull: msg("The client has as many as it may. Remove one of them first.", {
    id: "federatedFull",
  }),
  federatedRefused: msg(
    "The directory does not take this. Compare what you typed with what your platform says of its tokens.",
    { id: "federatedRefused" },
  ),
});
