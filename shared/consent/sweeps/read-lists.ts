import type { ConsentDirectory } from "../ports.ts";
import {
  grantMark,
  type RevocationDeps,
  type RevocationPass,
  registrationMark,
  type VersionedPass,
} from "./revocation-pass.ts";

/**
 * Reads the directory's lists page by page, from where the pass is. Nothing when another host has taken the pass over.
 *
 * @throws RemoteUnavailable leaves the pass where it was for the next run
 */
export async function readLists(
  { consentDirectory, progress, runtime }: RevocationDeps,
  taken: VersionedPass,
): Promise<VersionedPass | undefined> {
  let at: VersionedPass | undefined = taken;
  while (at && (at.pass.phase === "grants" || at.pass.phase === "registrations")) {
    const { from, ...pass }: RevocationPass = at.pass;
    const touchedAt = runtime.now();
    const page = await readPage(consentDirectory, pass.phase, from);
    if (page === "expired") {
      const anew = { ...pass, phase: "grants" as const, startedAt: touchedAt, pages: 0, touchedAt };
      at = await progress.save(anew, at.version);
      // Those of another host's, where that has taken the pass over, are none of ours.
      if (at) await progress.clear();
      continue;
    }
    const read = { ...pass, touchedAt, pages: pass.pages + 1 };
    const next: RevocationPass =
      page.next === undefined
        ? { ...read, phase: after(pass.phase) }
        : { ...read, from: page.next };
    at = await progress.save(next, at.version, page.marks);
  }
  return at;
}

const after = (phase: RevocationPass["phase"]): RevocationPass["phase"] =>
  phase === "grants" ? "registrations" : "comparing";

async function readPage(
  directory: ConsentDirectory,
  phase: RevocationPass["phase"],
  from: string | undefined,
) {
  if (phase === "grants") {
    const page = await directory.assignments(from);
    if (page === "expired") return page;
    const marks = page.items.map(({ principalId, role }) => grantMark(principalId, role));
    return { marks, next: page.next };
  }
  const page = await directory.registrations(from);
  if (page === "expired") return page;
  return { marks: page.items.map(({ clientId }) => registrationMark(clientId)), next: page.next };
}
