import { DAY_MS } from "../../../shared/base/day.ts";
import { snooze } from "../../../shared/care/snooze.ts";
import { unwatch, watch } from "../../../shared/care/watching.ts";
import { EVERY_CLIENT } from "../../../shared/clients/watch.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { ANN, later } from "../../support/samples.ts";
import type { Subject } from "../subject.ts";
import { ASKS, type Asks } from "../wishes.ts";
import type { CareHost } from "./host.ts";
import type { CareOutside } from "./outside.ts";

/** Who wants mail of everything, always. */
export const FAITHFUL = "ann";
/** Who makes clients, comes and goes. */
export const FICKLE = "bob";

export const mailOf = (person: string, subscription: string) => `${person}@${subscription}.example`;

const watcherOf = (person: string, { subscription }: Subject) => ({
  person,
  email: mailOf(person, subscription),
});
const snoozes = (
  { care }: CareHost,
  about: Subject,
  what: { readonly keyId: string; readonly kind?: "certificate" },
) =>
  snooze(care, {
    ...{ subscription: about.subscription, clientId: about.clientId, by: ANN, ...what },
    until:
      about.random() < 0.4 ? undefined : later(about.random() * 20 * DAY_MS, care.runtime.now()),
  });

/** Of the others' wishes how often each is had here. */
const OFTEN = {
  ...{ "add secret": 12, "add certificate": 3, "remove secret": 3, "remove certificate": 1 },
  ...{ "rotate secret": 4, "rotate certificate": 2, delete: 3, restore: 5, purge: 0.5 },
  ...{ "restore by operators": 1, "stop own": 0.5, "resume own": 0.5, rename: 0.5 },
  ...{ "stop all": 0.5, "resume all": 2, offboard: 0.5, keep: 1, block: 0.2, unblock: 1 },
};

export const CARE_ASKS: Asks<CareHost> = {
  ...Object.fromEntries(
    Object.entries(OFTEN).map(([what, often]): [string, Asks<CareHost>[string]] => [
      what,
      [often, ({ product }, about) => ASKS[what]?.[1](product, about) ?? Promise.reject(what)],
    ]),
  ),
  create: [
    4,
    ({ care }, about) =>
      createClient(care, {
        ...{ subscription: about.subscription, displayName: about.name, by: ANN },
        ...{ requestedBy: "Bob", roles: ["api.read"], watcher: watcherOf(FICKLE, about) },
      }),
  ],
  "call retirement off": [
    2,
    ({ care }, { subscription, clientId, keyId }) =>
      moveRetirement(care, { subscription, clientId, keyId, by: ANN, retiresAt: undefined }),
  ],
  snooze: [4, (host, about) => snoozes(host, about, { keyId: about.keyId })],
  "snooze certificate": [
    1,
    (host, about) => snoozes(host, about, { keyId: about.certificateId, kind: "certificate" }),
  ],
  watch: [
    1,
    ({ care }, about) =>
      watch(care, {
        ...{ subscription: about.subscription, watcher: watcherOf(FICKLE, about) },
        ...{ of: about.clientId, timeZone: undefined },
      }),
  ],
  "watch all": [
    2,
    ({ care }, about) =>
      watch(care, {
        ...{ subscription: about.subscription, watcher: watcherOf(FICKLE, about) },
        ...{ of: EVERY_CLIENT, timeZone: undefined },
      }),
  ],
  "unwatch all": [
    1,
    ({ care }, about) =>
      unwatch(care, {
        ...{ subscription: about.subscription, watcher: watcherOf(FICKLE, about) },
        of: EVERY_CLIENT,
      }),
  ],
  unsubscribe: [
    1.5,
    ({ care }, { subscription }) => care.watches.silence(subscription, FICKLE, care.runtime.now()),
  ],
};

type ByHand = (out: CareOutside, about: Subject) => Promise<unknown>;
const LONG_AGO = { createdAt: new Date(0) };
const onReplicas = async (
  { replica }: CareOutside,
  call: string,
  clientId: string,
  answer: Promise<unknown>,
): Promise<void> => replica.note(call, [clientId], await answer);

/** What administrators do in the directory itself. */
export const BY_HAND: Asks<CareOutside> & Readonly<Record<string, readonly [number, ByHand]>> = {
  "add secret": [
    4,
    (out, { clientId, name: displayName, lifetimeDays }) => {
      const createdAt = out.runtime.now();
      const expiresAt = later(lifetimeDays * DAY_MS, createdAt);
      const secret = { displayName, createdAt, expiresAt };
      return onReplicas(
        out,
        "addSecret",
        clientId,
        out.directory.addSecret(clientId, secret, LONG_AGO),
      );
    },
  ],
  "remove secret": [
    3,
    (out, { clientId, keyId }) =>
      onReplicas(
        out,
        "removeSecret",
        clientId,
        out.directory.removeSecret(clientId, keyId, LONG_AGO),
      ),
  ],
  "remove certificate": [
    1,
    (out, { clientId, certificateId }) =>
      onReplicas(
        out,
        "removeCertificate",
        clientId,
        out.directory.removeCertificate(clientId, certificateId, LONG_AGO),
      ),
  ],
  delete: [
    2,
    (out, { clientId }) =>
      onReplicas(out, "delete", clientId, out.directory.delete(clientId, LONG_AGO)),
  ],
  restore: [
    4,
    (out, { clientId }) =>
      onReplicas(out, "restore", clientId, out.directory.restore(clientId, LONG_AGO)),
  ],
};
