import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { startTestCloud } from "../support/cloud.ts";
import { collectFiles, collectLive, formsOf, leaks } from "./support/evidence.ts";
import { CLIENT_NAME, PERSON, SECRET_NAME, wholeRun } from "./support/whole-run.ts";

/** A secret's value and a token are in one HTTP message each, and nowhere else; logs know nobody by name. */

const DIST = join(import.meta.dirname, "../../dist");

let evidence: ReadonlyMap<string, Buffer>;
let seen: ReadonlyMap<string, string>;
let settings: Readonly<Record<string, string>>;
let olga: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-leaks-"));
  const lines: string[] = [];
  const cloud = await startTestCloud({
    folder,
    onHostLine: (line) => lines.push(line),
    environment: {
      CONSENT_SLA: "PT6S",
      CONSENT_REMINDERS: "50%,100%",
      RECONCILE_AFTER: "PT5S",
    },
  });
  settings = cloud.settings;
  olga = cloud.addresses.users.olga.accessToken;
  seen = await wholeRun(cloud);
  const live = await collectLive(cloud);
  // Azurite writes its file when it stops.
  await cloud.stop();
  const log = ["host log", Buffer.from(lines.join("\n"))] as const;
  evidence = new Map([log, ...live, ...(await collectFiles([folder, DIST]))]);
}, 120_000);

const written = (): ReadonlyMap<string, Buffer> =>
  new Map([...evidence].filter(([where]) => !where.startsWith("/")));
const log = (): ReadonlyMap<string, Buffer> =>
  new Map([...evidence].filter(([where]) => where === "host log"));

describe("after a whole run: created, replayed, refused, alerted, through every outage", () => {
  test("there is enough to look through", () => {
    const size = (where: RegExp): number =>
      [...evidence]
        .filter(([name]) => where.test(name))
        .reduce((sum, [, { length }]) => sum + length, 0);

    expect(
      [...seen.keys()].filter((name) => name.startsWith("secret ")).length,
    ).toBeGreaterThanOrEqual(3);
    for (const where of [
      /^host log$/,
      /^table clients$/,
      /^bus client-events/,
      /^bus consent.*DeadLetter/i,
      /^inbox$/,
      /directory\.db/,
      /bus\.db/,
      /tables/,
      /main\.js$/,
    ])
      expect(size(where), String(where)).toBeGreaterThan(100);
  });

  test("no secret and no bearer token is in any row, log line, message, alert or file, in whatever form", () => {
    expect(leaks(evidence, seen)).toEqual([]);
  });

  test("nothing that looks like a token is in anything the service has written, its own to the directory included", () => {
    const token = /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/;
    const found = [...written()].filter(([, bytes]) => token.test(bytes.toString("latin1")));

    expect(found.map(([where]) => where)).toEqual([]);
    expect(token.test(olga)).toBe(true);
  });

  test("no key, password or address that is a secret is in anything the service has written", () => {
    const own = new Map(
      [
        "DIRECTORY_CLIENT_SECRET",
        "ALERT_WEBHOOK_SECRET",
        "ALERT_WEBHOOK_URL",
        "RecordsConnection",
        "ServiceBusConnection",
      ].map(
        (name) =>
          [
            name,
            (settings[name] ?? "")
              .replace(/.*AccountKey=|.*SharedAccessKey=/, "")
              .replace(/;.*/, ""),
          ] as const,
      ),
    );

    expect([...own.values()].filter((value) => value.length < 16)).toEqual([]);
    expect(leaks(written(), own)).toEqual([]);
  });

  test("the log names no person, client or secret; the alerts do", () => {
    const claims = JSON.parse(Buffer.from(olga.split(".")[1] ?? "", "base64url").toString());
    const personal = new Map(
      Object.entries({
        PERSON,
        CLIENT_NAME,
        SECRET_NAME,
        olga: "Olga Operator",
        oid: String(claims.oid),
        mail: "@contoso.example ",
      }),
    );

    expect(leaks(log(), personal)).toEqual([]);
    expect(evidence.get("inbox")?.toString()).toContain(PERSON);
  });
});

describe("the scan", () => {
  const SECRET = 'Ab+/8~Q.x"Zz_0123456789-äöü';

  test.each([
    ["as it is", SECRET],
    ["in Base64", Buffer.from(SECRET).toString("base64")],
    ["in Base64 of something longer", Buffer.from(`{"a":"${SECRET}"}`).toString("base64")],
    ["in Base64 for URLs", Buffer.from(`xy${SECRET}z`).toString("base64url")],
    ["in a URL", `https://x/?s=${encodeURIComponent(SECRET)}`],
    ["in JSON", JSON.stringify({ s: SECRET })],
    ["as hex", Buffer.from(SECRET).toString("hex")],
  ])("finds a secret %s", (_, text) => {
    const found = leaks(new Map([["here", Buffer.from(text)]]), new Map([["it", SECRET]]));

    expect(found).toEqual([{ where: "here", what: "it" }]);
    expect(formsOf(SECRET).length).toBeGreaterThanOrEqual(8);
  });
});
