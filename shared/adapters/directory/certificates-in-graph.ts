import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import { withDeadline } from "../../base/deadline.ts";
import type { CertificateDirectory, CertificateList } from "../../clients/certificate-directory.ts";
import type { NewCertificate } from "../../clients/credential.ts";
import { isSameKey } from "../../clients/known-secrets.ts";
import type { Answer, Expected } from "../../clients/ports.ts";
import { json } from "./json.ts";
import { thumbprintOf } from "./key-credential.ts";
import { withLongest } from "./longest-lifetime.ts";
import { isBadRequest, type Refused } from "./refusal.ts";
import { type SendDeps, send } from "./send.ts";

interface Options extends SendDeps {
  readonly client: Client;
}

/** An entry of the list as Graph gave it, and as it has to be given back to stay. */
const Entry = z.looseObject({
  keyId: z.string(),
  customKeyIdentifier: z.string().nullish(),
});
type Entry = z.infer<typeof Entry>;
const List = z.object({ keyCredentials: z.array(Entry) }).transform((it) => it.keyCredentials);
const NO_CONTENT = z.undefined();

/** The list as it should be, or what is to be said to it as it is. */
type Next = (
  list: readonly Entry[],
) => { readonly write: readonly object[] } | { readonly is: Answer<undefined> };

/** So often the list is written before the change is left to be looked after. */
const MOST_WRITES = 4;
/** So often it is read before an answer that does not show the write counts as late and no more. */
const MOST_LOOKS = 4;
const LOOK_AGAIN_MS = 250;

/**
 * Certificates of clients: `keyCredentials` of Microsoft Graph v1.0, one list that a PATCH replaces whole. Applications have no
 * ETag, so a write cannot be made to depend on what was read: of two who write at once, the second takes back what the first has
 * done. So the list is read, written at once, and read again; where it is neither as before nor as it was written somebody else
 * has written as well, and it is done once more on what they have left. (What somebody adds between our read and our write is
 * lost to them, as it is wherever two people write this list; docs/decisions/0018-certificates-beside-secrets.md.)
 *
 * `addKey` and `removeKey` change one entry, and want a proof signed with a key of the client, which only its owner has.
 *
 * It is read without `$select`: with it the directory answers 150 requests a minute, of all of a tenant's together. The certificates
 * themselves are left out of that answer, and an entry that is given back without one stays as it is.
 */
export function certificatesInGraph(options: Options): CertificateDirectory {
  const application = (id: string) => json(options.client, `/applications/${id}`);
  const read = (id: string, expected: Expected) =>
    send(options, { repeatable: true, answer: List, expected }, () => application(id).get());
  const write = (id: string, expected: Expected, keyCredentials: readonly object[]) =>
    send(options, { repeatable: false, answer: NO_CONTENT, expected, refusal: full }, () =>
      application(id).patch({ keyCredentials }),
    );

  /** What a late replica does not show yet would be lost with the write. */
  async function current(id: string, expected: CertificateList) {
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const list = await read(id, expected);
      if (list.kind !== "done" || !(await expected.isLate?.(list.value.map((it) => it.keyId))))
        return list;
      await options.runtime.pause(LOOK_AGAIN_MS * 2 ** looks);
    }
    return LATE;
  }

  async function change(
    id: string,
    expected: CertificateList,
    next: Next,
  ): Promise<Answer<undefined>> {
    let written = false;
    for (let writes = 0; writes < MOST_WRITES; writes += 1) {
      const before = await current(id, expected);
      if (before.kind !== "done") return written ? DONE : asRead(before);
      const wanted = next(before.value);
      if ("is" in wanted) return written ? DONE : wanted.is;
      const answer = await write(id, expected, wanted.write);
      if (answer.kind === "refused" && (await isOther(id, expected, before.value))) continue;
      if (answer.kind !== "done") return answer;
      written = true;
      if ((await look(id, expected, before.value, next)) === "there") return DONE;
    }
    // Somebody writes it again and again: whoever looks after the operation finds out who was last.
    return { kind: "unknown", retryAfterSeconds: 1 };
  }

  /** Whether somebody has changed the list since it was read: what was refused was to be built on what is no more. */
  async function isOther(id: string, expected: Expected, before: readonly Entry[]) {
    const now = await read(id, expected);
    return now.kind === "done" && idsOf(now.value) !== idsOf(before);
  }

  /** `overwritten`: by somebody who had read the list before. A replica that is late shows what was there before. */
  async function look(
    id: string,
    expected: Expected,
    before: readonly Entry[],
    next: Next,
  ): Promise<"there" | "overwritten"> {
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const now = await read(id, expected);
      // The directory has said that it was done, and cannot say more now.
      if (now.kind !== "done" || "is" in next(now.value)) return "there";
      if (idsOf(now.value) !== idsOf(before)) return "overwritten";
      await options.runtime.pause(LOOK_AGAIN_MS * 2 ** looks);
    }
    return "there";
  }

  const within = <T>(work: () => Promise<T>) => withDeadline(options.budgetMs, work);
  return {
    addCertificate: (clientId, certificate, expected, instead) =>
      within(async () => {
        const changed = await change(clientId, expected, (list) => {
          const less = instead === undefined ? list : without(list, instead);
          if (list.some(({ keyId }) => isSameKey(keyId, certificate.keyId)))
            return less.length === list.length ? { is: DONE } : { write: less };
          const held = list.find((entry) => thumbprintOf(entry) === certificate.thumbprint);
          return held
            ? { is: refused({ reason: "certificate-held", keyId: held.keyId }) }
            : { write: [...less, entryOf(certificate)] };
        });
        return withLongest(options, "asymmetricKeyLifetime", changed);
      }),
    removeCertificate: (clientId, keyId, expected) =>
      within(async () => {
        const changed = await change(clientId, expected, (list) => {
          const less = without(list, keyId);
          return less.length === list.length ? { is: ABSENT } : { write: less };
        });
        if (changed !== ABSENT || !(await expected.mayBeHidden?.())) return changed;
        const shown = await current(clientId, expected);
        if (shown.kind !== "done") return asRead(shown);
        return write(clientId, expected, without(shown.value, keyId));
      }),
  };
}

const DONE: Answer<undefined> = { kind: "done", value: undefined };
const LATE = { kind: "not-now", retryAfterSeconds: 5, throttled: false } as const;
const refused = (
  refusal: Extract<Answer<never>, { kind: "refused" }>["refusal"],
): Answer<undefined> => ({ kind: "refused", refusal });
const ABSENT = refused({ reason: "certificate-absent" });

/** Nothing was written yet. */
const asRead = (answer: Exclude<Answer<unknown>, { kind: "done" }>): Answer<undefined> =>
  answer.kind === "unknown" ? { ...answer, kind: "not-now", throttled: false } : answer;

const without = (list: readonly Entry[], id: string): readonly Entry[] =>
  list.filter(({ keyId }) => !isSameKey(keyId, id));

const idsOf = (list: readonly Entry[]): string =>
  list
    .map(({ keyId }) => keyId.toLowerCase())
    .toSorted()
    .join();

/** As "Add a certificate to an app using Microsoft Graph" has it: the thumbprint in hex stands for itself. */
const entryOf = (certificate: NewCertificate) => ({
  type: "AsymmetricX509Cert",
  usage: "Verify",
  keyId: certificate.keyId,
  displayName: certificate.displayName,
  customKeyIdentifier: certificate.thumbprint,
  startDateTime: certificate.createdAt.toISOString(),
  endDateTime: certificate.expiresAt.toISOString(),
  key: Buffer.from(certificate.der).toString("base64"),
});

/** The whole registration is too large; a number of certificates is not documented. */
const full = (refusal: Refused) =>
  refusal.code === "Directory_ResourceSizeExceeded" ||
  (isBadRequest(refusal) && /maximum of \d+ .*credential/i.test(refusal.message))
    ? ({ reason: "certificates-full" } as const)
    : undefined;
