import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeCertificate } from "./x509.ts";

/**
 * The certificate authority of the local cloud. MSAL and the Graph client send tokens over https only, so the stand-in
 * needs a certificate that Node trusts through `NODE_EXTRA_CA_CERTS`; nothing is ever added to the machine's own trust.
 */
export interface ServerCertificate {
  /** Absolute path of the authority's certificate: the value of `NODE_EXTRA_CA_CERTS`. */
  readonly authorityFile: string;
  /** PEM, for `node:https`. */
  readonly key: string;
  readonly certificate: string;
}

interface Authority {
  readonly certificate: X509Certificate;
  readonly privateKey: KeyObject;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
const SERVER_DAYS = 397;
const AUTHORITY_NAME = "Latchkey local cloud";

/**
 * A fresh certificate for `localhost` and `127.0.0.1`, signed by the authority kept in `folder` (made there at first use).
 * `ca-key.pem` holds the authority's key and certificate together and is readable by its owner only.
 */
export function serverCertificate(folder: string): ServerCertificate {
  mkdirSync(folder, { recursive: true });
  const authority = keptAuthority(folder);
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    authorityFile: resolve(folder, "ca.pem"),
    key: pemOf(keys.privateKey),
    certificate: makeCertificate({
      subject: "localhost",
      issuer: AUTHORITY_NAME,
      publicKey: keys.publicKey,
      signingKey: authority.privateKey,
      ...validFor(SERVER_DAYS),
      use: "server",
      dnsNames: ["localhost"],
      addresses: ["127.0.0.1"],
    }),
  };
}

function keptAuthority(folder: string): Authority {
  const bundle = join(folder, "ca-key.pem");
  const known = readAuthority(bundle);
  if (known && Date.parse(known.certificate.validTo) > Date.now() + SERVER_DAYS * DAY_MS) {
    publish(folder, known);
    return known;
  }
  if (known) rmSync(bundle);
  // Two clouds that start at once may share the folder: linking a finished file decides who made the authority.
  const draft = `${bundle}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, makeAuthority(), { mode: 0o600 });
  try {
    linkSync(draft, bundle);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft);
  }
  const made = readAuthority(bundle);
  if (!made) throw new Error(`The certificate authority in ${bundle} cannot be read`);
  publish(folder, made);
  return made;
}

/** Other processes may be reading `ca.pem` at this moment: it is replaced whole, and only when it differs. */
function publish(folder: string, authority: Authority): void {
  const text = authority.certificate.toString();
  const file = join(folder, "ca.pem");
  if (readIfThere(file) === text) return;
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, text);
  renameSync(draft, file);
}

function makeAuthority(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = makeCertificate({
    subject: AUTHORITY_NAME,
    issuer: AUTHORITY_NAME,
    publicKey: createPublicKey(privateKey),
    signingKey: privateKey,
    ...validFor(AUTHORITY_DAYS),
    use: "authority",
  });
  return `${pemOf(privateKey)}${certificate}`;
}

function readAuthority(bundle: string): Authority | undefined {
  const text = readIfThere(bundle);
  if (text === undefined) return undefined;
  return { privateKey: createPrivateKey(text), certificate: new X509Certificate(text) };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const validFor = (days: number): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(Date.now() - DAY_MS),
  notAfter: new Date(Date.now() + days * DAY_MS),
});

const pemOf = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();
