import { caseEtag } from "../../../shared/consent/consent-case.ts";
import { findCase } from "../../../shared/consent/decisions/find-case.ts";
import {
  grantConsent,
  rejectConsent,
  verifyConsent,
} from "../../../shared/consent/decisions/operate.ts";
import { revokeConsent } from "../../../shared/consent/decisions/revoke.ts";
import { OLGA } from "../../support/samples.ts";
import type { ConsentHost } from "./host.ts";
import type { ConsentOutside } from "./outside.ts";

type Operate = (host: ConsentHost, clientId: string, name: string) => Promise<unknown>;

const BY = { by: OLGA.actor };

/** As somebody does who has looked at it first. */
async function onShown({ clock }: ConsentHost, clientId: string) {
  const shown = await findCase(clock, clientId);
  return { ...BY, ...(shown.ok && { ifMatch: caseEtag(shown.value) }) };
}

/** What operators do through the API, and how often. */
const OPERATE: readonly (readonly [number, string, Operate])[] = [
  [3, "verify", ({ clock }, id) => verifyConsent(clock, id)],
  [4, "grant", ({ clock }, id) => grantConsent(clock, id, BY)],
  [2, "grant what was shown", async (it, id) => grantConsent(it.clock, id, await onShown(it, id))],
  [3, "reject", ({ clock }, id, name) => rejectConsent(clock, id, name, BY)],
  [
    2,
    "reject what was shown",
    async (it, id, name) => rejectConsent(it.clock, id, name, await onShown(it, id)),
  ],
  [3, "revoke", ({ clock }, id, name) => revokeConsent(clock, id, name, BY)],
];

type ByHand = (out: ConsentOutside, clientId: string) => unknown;

const assign =
  (roles: readonly { role: string; resource?: string }[]): ByHand =>
  ({ grants, runtime }, clientId) => {
    const principalId = grants.principalOf(clientId) ?? runtime.newId();
    return grants.change(clientId, (it) => it.assign(clientId, roles, principalId));
  };

/** What administrators do in the directory by hand, and how often. */
const BY_HAND: readonly (readonly [number, string, ByHand])[] = [
  [6, "grant", assign([{ role: "api.read" }])],
  [1, "grant more than was asked for", assign([{ role: "api.read" }, { role: "api.write" }])],
  [1, "grant of another API", assign([{ role: "Mail.Read", resource: "Graph" }])],
  [3, "withdraw", ({ grants }, id) => grants.change(id, (it) => it.withdraw(id))],
  [
    1,
    "withdraw what is too much",
    ({ grants }, id) =>
      grants.change(id, (it) => {
        it.withdraw(id, "api.write");
        it.withdraw(id, "Mail.Read");
      }),
  ],
  [
    1,
    "delete the principal",
    ({ grants }, id) => grants.change(id, (it) => it.deletePrincipal(id)),
  ],
  [
    1.5,
    "delete",
    async ({ directory, replica }, id) => {
      const answer = await directory.delete(id, { createdAt: new Date(0) });
      replica.note("delete", [id], answer);
    },
  ],
];

function anyOf<T>(random: () => number, all: readonly (readonly [number, string, T])[]) {
  let at = random() * all.reduce((sum, [often]) => sum + often, 0);
  for (const [often, what, work] of all) {
    if (at < often) return [what, work] as const;
    at -= often;
  }
  throw new Error("There is nothing to be done");
}

export const anyOperation = (random: () => number) => anyOf(random, OPERATE);
export const anythingByHand = (random: () => number) => anyOf(random, BY_HAND);
