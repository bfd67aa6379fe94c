import type { Middleware } from "@microsoft/microsoft-graph-client";
import { beforeAll, expect, inject, test } from "vitest";
import * as z from "zod";
import { type LocalDirectory, startDirectory } from "../../../infra/local/directory/start.ts";
import type { RemoteCall, Tap } from "../../../infra/local/tap.ts";
import { graphDirectory } from "../../../shared/adapters/directory/graph-directory.ts";
import { graphClient } from "../../../shared/adapters/directory/transport.ts";
import { cachedToken } from "../../../shared/adapters/identity/cached-token.ts";
import { directoryCredential } from "../../../shared/adapters/identity/credentials.ts";
import { systemRuntime } from "../../../shared/base/runtime.ts";
import type { CertificateList } from "../../../shared/clients/certificate-directory.ts";
import { toRegister } from "../../../shared/operations/credentials/add-certificate.ts";
import { readSettings } from "../../../shared/settings/settings.ts";
import { graph } from "../../local/directory/support.ts";
import { afterFile } from "../../support/after-file.ts";
import { aGiven, aPem } from "../../support/certificates.ts";
import { newId } from "../../support/samples.ts";
import { DONE, doneOrFail } from "./answers.ts";
import { UNUSED } from "./targets.ts";

/**
 * `keyCredentials` is one list, written whole, and applications have no ETag: an administrator who writes it while the adapter does
 * is not held back by our lock.
 */

const PATCH = "PATCH /applications/{id}";
const Listed = z.object({
  keyCredentials: z.array(z.looseObject({ keyId: z.string(), displayName: z.string() })),
});

let local: LocalDirectory;
let directory: ReturnType<typeof graphDirectory>;
/** What somebody else does, once, before or after the next write of the list. */
let meanwhile: { readonly when: keyof Tap; readonly act: () => Promise<unknown> } | undefined;
const strike = async (when: keyof Tap, { name }: RemoteCall): Promise<"pass"> => {
  if (name !== PATCH || meanwhile?.when !== when) return "pass";
  const { act } = meanwhile;
  meanwhile = undefined;
  await act();
  return "pass";
};

/** What a replica that is late answers to so many reads that come next. */
let late: { readonly body: string; reads: number } | undefined;
const replicas = ({ execute }: Middleware): Middleware => ({
  execute: async (context) => {
    await execute(context);
    if (context.options?.method !== "GET" || !late || late.reads === 0) return;
    late.reads -= 1;
    context.response = Response.json(JSON.parse(late.body));
  },
});

beforeAll(async () => {
  local = await startDirectory({
    ...{ httpPort: 0, httpsPort: 0, dataFile: ":memory:" },
    certificatesFolder: inject("certificatesFolder"),
    tap: { before: (call) => strike("before", call), after: (call) => strike("after", call) },
  });
  afterFile(local.stop);
  const settings = readSettings({ ...UNUSED, ...local.settings });
  const { graphScope, graphBaseUrl } = settings.directory;
  const token = cachedToken(directoryCredential(settings.directory), graphScope, Date.now);
  directory = graphDirectory({
    certificates: true,
    client: graphClient(graphBaseUrl, token, replicas),
    signInAudience: settings.clientSignInAudience,
    apis: settings.roleApis,
    runtime: { ...systemRuntime, pause: async () => undefined },
    budgetMs: 20_000,
  });
});

async function begin() {
  const application = { operationId: newId(), subscription: "contract tests" };
  const client = doneOrFail(
    await directory.create({ ...application, displayName: "A client", roles: ["api.read"] }),
  );
  const olga = await local.issueAdministratorGraphToken();
  const path = `/applications/${client.id}`;
  const read = async () =>
    Listed.parse((await graph(local, olga, "GET", `${path}?$select=keyCredentials`)).body)
      .keyCredentials;
  const theirs = {
    ...{ displayName: "Theirs", type: "AsymmetricX509Cert", usage: "Verify" },
    key: Buffer.from(aPem()).toString("base64"),
  };
  const add = (displayName: string, after: CertificateList = client) =>
    directory.addCertificate(
      client.id,
      toRegister({ runtime: systemRuntime }, { certificate: aGiven(new Date()), displayName }),
      after,
    );
  return {
    client,
    add,
    /** What was read before comes once more, to so many reads. */
    remember: async () => {
      const { body } = await graph(local, olga, "GET", path);
      return (reads: number) => {
        late = { body: JSON.stringify(body), reads };
      };
    },
    /** An administrator's page, which has read the list `from` and adds a certificate to it. */
    write: (from: readonly object[]) =>
      graph(local, olga, "PATCH", path, { keyCredentials: [...from, theirs] }),
    read,
    /** The client as whoever knows what it has. */
    knowing: async (): Promise<CertificateList> => {
      const has = (await read()).map(({ keyId }) => keyId);
      return { ...client, isLate: async (shown) => has.some((id) => !shown.includes(id)) };
    },
    names: async () => (await read()).map(({ displayName }) => displayName).toSorted(),
  };
}

test("what is overwritten by somebody who had read the list before is written once more, beside theirs", async () => {
  const { add, read, write, names } = await begin();
  expect(await add("First")).toEqual(DONE);
  const before = await read();
  meanwhile = { when: "after", act: () => write(before) };

  expect(await add("Second")).toEqual(DONE);

  expect(await names()).toEqual(["First", "Second", "Theirs"]);
});

test("a removal that somebody's older list brings back is done once more", async () => {
  const { client, add, read, write, names } = await begin();
  expect(await add("First")).toEqual(DONE);
  const before = await read();
  const [first] = before;
  meanwhile = { when: "after", act: () => write(before) };

  const removed = directory.removeCertificate(client.id, first?.keyId ?? "", client);

  expect(await removed).toEqual(DONE);
  expect(await names()).toEqual(["Theirs"]);
});

test("what somebody adds between our read and our write is lost to them, as Graph has it; ours is there", async () => {
  const { add, read, write, names } = await begin();
  meanwhile = { when: "before", act: async () => write(await read()) };

  expect(await add("First")).toEqual(DONE);

  expect(await names()).toEqual(["First"]);
});

test("what a late replica does not show yet is waited for, not written over", async () => {
  const { add, names, remember, knowing } = await begin();
  const isLateFor = await remember();
  expect(await add("First")).toEqual(DONE);
  isLateFor(2);

  expect(await add("Second", await knowing())).toEqual(DONE);

  expect(await names()).toEqual(["First", "Second"]);
});

test("nothing is written while no replica shows what was added a moment ago", async () => {
  const { add, names, remember, knowing } = await begin();
  const isLateFor = await remember();
  expect(await add("First")).toEqual(DONE);
  isLateFor(100);

  expect(await add("Second", await knowing())).toMatchObject({ kind: "not-now" });

  late = undefined;
  expect(await names()).toEqual(["First"]);
});

test("what is to go, and what a late replica does not show yet, goes by a write that leaves it out", async () => {
  const { client, add, read, names, remember } = await begin();
  expect(await add("Stays")).toEqual(DONE);
  const isLateFor = await remember();
  expect(await add("Goes")).toEqual(DONE);
  const goes = (await read()).find(({ displayName }) => displayName === "Goes")?.keyId ?? "";
  const remove = (mayBeHidden: boolean) =>
    directory.removeCertificate(client.id, goes, {
      ...client,
      mayBeHidden: async () => mayBeHidden,
    });
  const absent = { kind: "refused", refusal: { reason: "certificate-absent" } };

  isLateFor(100);
  expect(await remove(false)).toEqual(absent);
  expect(await remove(true)).toEqual(DONE);
  late = undefined;
  expect(await names()).toEqual(["Stays"]);

  // As after an answer that was lost.
  expect(await remove(true)).toEqual(DONE);
  expect(await remove(false)).toEqual(absent);
  expect(await names()).toEqual(["Stays"]);
});
