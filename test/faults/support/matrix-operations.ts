import { inTurn } from "./matrix-in-turn.ts";
import {
  type AskedOperation,
  certificates,
  consent,
  idOf,
  newCertificate,
  newTrust,
  trusts,
  under,
} from "./matrix-subject.ts";

const always: readonly AskedOperation[] = [
  {
    name: "create",
    needs: "nothing",
    ask: (subject) => ({
      by: "customer",
      method: "POST",
      path: "/clients",
      json: { displayName: subject.name },
      ...under(subject),
    }),
  },
  {
    name: "register",
    needs: "nothing",
    ask: (subject) => ({
      by: "customer",
      method: "POST",
      path: "/register",
      json: { client_name: subject.name },
      ...under(subject),
    }),
  },
  {
    name: "get",
    needs: "client",
    ask: (subject) => ({ by: "customer", method: "GET", path: `/clients/${idOf(subject)}` }),
  },
  {
    name: "list",
    needs: "client",
    ask: () => ({ by: "customer", method: "GET", path: "/clients" }),
  },
  {
    name: "rename",
    needs: "client",
    ask: (subject) => ({
      by: "customer",
      method: "PATCH",
      path: `/clients/${idOf(subject)}`,
      json: { displayName: subject.name },
    }),
  },
  {
    name: "delete",
    needs: "client",
    ask: (subject) => ({ by: "customer", method: "DELETE", path: `/clients/${idOf(subject)}` }),
  },
  {
    name: "add secret",
    needs: "client",
    ask: (subject) => ({
      by: "customer",
      method: "POST",
      path: `/clients/${idOf(subject)}/secrets`,
      json: { displayName: subject.name },
      ...under(subject),
    }),
  },
  {
    name: "remove secret",
    needs: "secret",
    ask: (subject) => ({
      by: "customer",
      method: "DELETE",
      path: `/clients/${idOf(subject)}/secrets/${subject.secret?.keyId}`,
    }),
  },
  {
    name: "add certificate",
    needs: "client",
    ask: (subject) => ({
      by: "customer",
      method: "POST",
      path: certificates(subject),
      json: newCertificate(subject),
      ...under(subject),
    }),
  },
  {
    name: "remove certificate",
    needs: "certificate",
    ask: (subject) => ({
      by: "customer",
      method: "DELETE",
      path: `${certificates(subject)}/${subject.credential}`,
    }),
  },
  {
    name: "add federated",
    needs: "client",
    ask: (subject) => ({
      by: "customer",
      method: "POST",
      path: trusts(subject),
      json: newTrust(subject),
      ...under(subject),
    }),
  },
  {
    name: "remove federated",
    needs: "federated",
    ask: (subject) => ({
      by: "customer",
      method: "DELETE",
      path: `${trusts(subject)}/${subject.credential}`,
    }),
  },
  { name: "verify", needs: "client", ask: (subject) => consent(subject, "verify") },
  { name: "grant", needs: "client", ask: (subject) => consent(subject, "grant") },
  {
    name: "reject",
    needs: "client",
    ask: (subject) => consent(subject, "reject", { reason: "Not known to us" }),
  },
  {
    name: "suspend",
    needs: "client",
    ask: (subject) => ({
      by: "operator",
      method: "POST",
      path: `/admin/clients/${idOf(subject)}/suspend`,
      json: { reason: "Not known to us" },
      ...under(subject),
    }),
  },
  {
    name: "list consents",
    needs: "nothing",
    ask: () => ({ by: "operator", method: "GET", path: "/admin/consents" }),
  },
  {
    name: "list operations",
    needs: "nothing",
    ask: () => ({ by: "operator", method: "GET", path: "/admin/operations" }),
  },
];

export const askedOperations: readonly AskedOperation[] = [...always, ...inTurn];

/** How many of those that are in turn a fault of the slice meets. */
const AT_A_TURN = 2;

/** Every operation; of those that are in turn only the next ones, where that is enough. @param turn counts the faults */
export function dealOperations(all: boolean, turn: number): readonly AskedOperation[] {
  if (all) return askedOperations;
  const first = turn * AT_A_TURN;
  const now = inTurn.map((_, index) => inTurn[(first + index) % inTurn.length]);
  return [...always, ...now.flatMap((one) => one ?? []).slice(0, AT_A_TURN)];
}
