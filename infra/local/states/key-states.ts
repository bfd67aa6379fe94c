import { ok, problem } from "./answers.ts";
import { withKeys } from "./key-answers.ts";
import { CLIENT_ID } from "./sample.ts";
import type { State, Step } from "./states.ts";

/** The states of certificates and federated credentials, which are loaded when somebody opens them. */

const KEYS = "[part=credentials]";
const open: Step = { press: `${KEYS} summary` };
const add = (nth: number): Step => ({ press: `${KEYS} .actions button:nth-of-type(${nth})` });
const submit: Step = { press: "dialog [type=submit]" };

const keys = (
  name: string,
  until: string,
  steps: readonly Step[] = [],
  answer = withKeys(),
): State => ({
  ...{ element: "latchkey-clients", show: CLIENT_ID },
  ...{ name, until, answer, steps: [open, ...steps] },
});
const empty = withKeys(() => ok({ items: [] }));
const newCertificate: readonly Step[] = [
  add(1),
  { type: "dialog [name=displayName]", text: "Build server" },
];

export const keyStates: readonly State[] = [
  keys("keys", `${KEYS} .row strong`),
  keys("keys-empty", `${KEYS} .card`, [], empty),
  keys(
    "keys-loading",
    `${KEYS} .bones`,
    [],
    withKeys(() => "never"),
  ),
  keys(
    "keys-failed",
    `${KEYS} .notice`,
    [],
    withKeys(() => problem(503, "directory-throttled")),
  ),
  keys("add-certificate", "dialog [name=days]", [add(1)], empty),
  keys("add-certificate-with-complaint", "[aria-invalid=true]", [add(1), submit], empty),
  keys(
    "add-certificate-of-ones-own",
    "dialog [name=certificate]",
    [add(1), { press: "dialog [value=own]" }],
    empty,
  ),
  keys("private-key-once", "dialog.wide [autofocus]", [...newCertificate, submit], empty),
  keys(
    "private-key-about-to-be-lost",
    "dialog .notice",
    [...newCertificate, submit, { press: "dialog.wide .sheet-form > .actions:last-child button" }],
    empty,
  ),
  keys("rotate-certificate", "dialog [name=grace]", [{ press: `${KEYS} .row .quiet` }]),
  keys("add-federated", "dialog [name=scope]", [add(2)], empty),
  keys("add-federated-with-complaints", "[aria-invalid=true]", [add(2), submit], empty),
  keys("remove-credential", "dialog [type=submit]", [{ press: `${KEYS} .row .danger` }]),
  keys("remove-last-credential", "dialog .notice", [
    { press: `${KEYS} .row .danger` },
    { press: "dialog [type=submit]" },
  ]),
];
