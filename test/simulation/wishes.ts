import { createClient } from "../../shared/operations/clients/create-client.ts";
import { deleteClient } from "../../shared/operations/clients/delete-client.ts";
import { purgeClient } from "../../shared/operations/clients/purge-client.ts";
import { registerClient } from "../../shared/operations/clients/register-client.ts";
import { renameClient } from "../../shared/operations/clients/rename-client.ts";
import { restoreClient } from "../../shared/operations/clients/restore-client.ts";
import { resumeClient, suspendClient } from "../../shared/operations/clients/suspend-client.ts";
import { addCertificate } from "../../shared/operations/credentials/add-certificate.ts";
import { addFederated } from "../../shared/operations/credentials/add-federated.ts";
import { addSecret } from "../../shared/operations/credentials/add-secret.ts";
import { moveRetirement } from "../../shared/operations/credentials/move-retirement.ts";
import { removeFederated } from "../../shared/operations/credentials/remove-federated.ts";
import { removeSecret } from "../../shared/operations/credentials/remove-secret.ts";
import { rotateCertificate } from "../../shared/operations/credentials/rotate-certificate.ts";
import { rotateSecret } from "../../shared/operations/credentials/rotate-secret.ts";
import { beginRun } from "../../shared/operations/whole/begin-run.ts";
import type { TestProduct } from "../support/product.ts";
import { ANN, OLGA, TRUST } from "../support/samples.ts";
import type { Subject } from "./subject.ts";

/** What can be asked for: how often, and how. */
export type Asks<Host> = Readonly<
  Record<string, readonly [number, (host: Host, about: Subject) => Promise<unknown>]>
>;

const own = ({ subscription, clientId }: Subject) => ({ subscription, clientId, by: ANN });
const operators = (about: Subject) => ({ ...own(about), by: OLGA });
const key = ({ name }: Subject) => ({
  idempotency: { keyHash: `hash of ${name}`, fingerprint: name },
});
const create = ({ subscription, name: displayName }: Subject) => ({
  ...{ subscription, displayName, by: ANN, requestedBy: "Ann" },
  roles: ["api.read"] as const,
});

/** The directory looks at no more of it than that it is another one. */
const certificate = ({ runtime }: TestProduct, { name, lifetimeDays }: Subject) => ({
  ...{ thumbprint: `of ${name}`, thumbprintSha256: `longer, of ${name}`, subject: `CN=${name}` },
  der: new TextEncoder().encode(name),
  notBefore: new Date(0),
  notAfter: new Date(runtime.now().getTime() + lifetimeDays * 86_400_000),
});

/** All that can be asked for, and how often of a hundred or so. */
export const ASKS: Asks<TestProduct> = {
  create: [8, (it, about) => createClient(it, { ...create(about), ...key(about) })],
  "create without a key": [4, (it, about) => createClient(it, create(about))],
  register: [
    3,
    (it, about) =>
      registerClient(it, {
        ...create(about),
        secret: { displayName: about.name, lifetimeDays: about.lifetimeDays },
        authMethod: "client_secret_basic",
        tokenSecret: new Uint8Array(32),
      }),
  ],
  rename: [8, (it, about) => renameClient(it, { ...own(about), displayName: about.name })],
  "add secret": [
    10,
    (it, about) =>
      addSecret(it, {
        ...own(about),
        displayName: about.name,
        lifetimeDays: about.lifetimeDays,
        ...key(about),
      }),
  ],
  "remove secret": [
    5,
    (it, about) => removeSecret(it, { ...own(about), keyId: about.keyId, evenLast: true }),
  ],
  "rotate secret": [
    6,
    (it, about) =>
      rotateSecret(it, {
        ...own(about),
        ...{ keyId: about.keyId, displayName: about.name, lifetimeDays: about.lifetimeDays },
        graceHours: about.graceHours,
        ...key(about),
      }),
  ],
  "move retirement": [
    3,
    (it, about) =>
      moveRetirement(it, {
        ...{ ...own(about), keyId: about.keyId },
        retiresAt:
          about.random() < 0.3
            ? undefined
            : new Date(it.runtime.now().getTime() + 90_000 * about.random()),
      }),
  ],
  "add certificate": [
    4,
    (it, about) =>
      addCertificate(it, {
        ...{ ...own(about), displayName: about.name, certificate: certificate(it, about) },
        ...key(about),
      }),
  ],
  "rotate certificate": [
    4,
    (it, about) =>
      rotateCertificate(it, {
        ...{ ...own(about), keyId: about.certificateId, displayName: about.name },
        ...{ certificate: certificate(it, about), graceHours: about.graceHours },
        ...key(about),
      }),
  ],
  "remove certificate": [
    3,
    (it, about) =>
      removeSecret(it, {
        ...{ ...own(about), keyId: about.certificateId, kind: "certificate" },
        evenLast: true,
      }),
  ],
  "move retirement of a certificate": [
    2,
    (it, about) =>
      moveRetirement(it, {
        ...{ ...own(about), keyId: about.certificateId, kind: "certificate" },
        retiresAt: new Date(it.runtime.now().getTime() + 90_000 * about.random()),
      }),
  ],
  trust: [
    3,
    (it, about) =>
      addFederated(it, {
        ...own(about),
        credential: { ...TRUST, displayName: about.name.replaceAll(" ", "-"), subject: about.name },
        ...key(about),
      }),
  ],
  "end trust": [
    2,
    (it, about) =>
      removeFederated(it, { ...own(about), credentialId: about.trustId, evenLast: true }),
  ],
  "stop own": [
    4,
    (it, about) => suspendClient(it, { ...own(about), as: "customer", reason: about.name }),
  ],
  "resume own": [4, (it, about) => resumeClient(it, { ...own(about), as: "customer" })],
  stop: [3, (it, about) => suspendClient(it, { ...operators(about), reason: about.name })],
  resume: [3, (it, about) => resumeClient(it, operators(about))],
  delete: [3, (it, about) => deleteClient(it, own(about))],
  restore: [5, (it, about) => restoreClient(it, { ...own(about), as: "customer", ...key(about) })],
  "restore by operators": [
    2,
    (it, about) => restoreClient(it, { ...operators(about), as: "operator" }),
  ],
  purge: [1, (it, about) => purgeClient(it, operators(about))],
  "stop all": [
    0.7,
    (it, { subscription, name: reason }) =>
      beginRun(it, { kind: "suspend-subscription", subscription, by: OLGA, reason }),
  ],
  "resume all": [
    3,
    (it, { subscription }) => beginRun(it, { kind: "resume-subscription", subscription, by: OLGA }),
  ],
  block: [
    0.5,
    (it, { subscription, name: reason }) =>
      beginRun(it, { kind: "block-subscription", subscription, by: OLGA, reason }),
  ],
  unblock: [
    2,
    (it, { subscription }) =>
      beginRun(it, { kind: "unblock-subscription", subscription, by: OLGA }),
  ],
  offboard: [
    0.3,
    (it, { subscription, name: reason }) =>
      beginRun(it, {
        kind: "offboard-subscription",
        subscription,
        by: OLGA,
        reason,
        graceMs: 300_000,
      }),
  ],
  keep: [
    1,
    (it, { subscription }) => beginRun(it, { kind: "cancel-offboard", subscription, by: OLGA }),
  ],
};

export function anyAsk<Host>(
  asks: Asks<Host>,
  random: () => number,
): readonly [string, Asks<Host>[string][1]] {
  const all = Object.entries(asks);
  let at = random() * all.reduce((sum, [, [often]]) => sum + often, 0);
  for (const [what, [often, ask]] of all) {
    if (at < often) return [what, ask];
    at -= often;
  }
  throw new Error("There is nothing to be asked for");
}
