import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod";
import { EXIT, Fault } from "../fault.ts";
import type { Environment } from "../settings.ts";
import { Place } from "./place.ts";

/** A person's sign-in at one service, from one command to the next. */
const Kept = z.object({
  version: z.literal(1),
  place: Place,
  /** Of the person, for people. */
  name: z.string(),
  /** MSAL's own: the account, its tokens, and the refresh token. */
  cache: z.string(),
});
export type Kept = z.infer<typeof Kept>;

/** Where it lies: a folder for each service, which is there as long as somebody is signed in. */
export interface KeptSignIn {
  read(): Promise<Kept | undefined>;
  /** Takes the place of whoever was signed in. */
  begin(kept: Kept): Promise<void>;
  /** What was renewed. Does nothing where somebody has signed out meanwhile. */
  renew(kept: Kept): Promise<void>;
  /** @returns whether somebody was signed in */
  forget(): Promise<boolean>;
}

const FILE = "sign-in.json";
const OWNER_ONLY = { folder: 0o700, file: 0o600 } as const;

/** The user's own folder for what programs remember (XDG; on Windows the one that does not roam). */
export function stateFolder(environment: Environment): string {
  const { LOCALAPPDATA: windows, XDG_STATE_HOME: xdg, HOME: home = homedir() } = environment;
  if (process.platform === "win32" && windows) return join(windows, "latchkey");
  return join(xdg ?? join(home, ".local/state"), "latchkey");
}

export function keptSignIn(service: URL, environment: Environment): KeptSignIn {
  const digest = createHash("sha256").update(service.href).digest("hex").slice(0, 16);
  const folder = join(stateFolder(environment), digest);
  const file = join(folder, FILE);

  /** Whoever reads finds the old one or the new one. It fails where the folder has gone. */
  const put = async (kept: Kept): Promise<void> => {
    const draft = join(folder, `${randomUUID()}.draft`);
    await writeFile(draft, JSON.stringify(kept), { mode: OWNER_ONLY.file, flag: "wx" });
    await rename(draft, file);
  };
  const forget = async (): Promise<boolean> => {
    // Out of the way first, as a whole: a command that renews its token meanwhile finds no folder to put it into.
    const gone = join(dirname(folder), `${digest}.${randomUUID()}.gone`);
    const was = await rename(folder, gone).then(() => true, unlessMissing(false));
    // And what a process that died here has left.
    const names = await readdir(dirname(folder)).catch(unlessMissing<string[]>([]));
    for (const name of names.filter((one) => one.startsWith(`${digest}.`)))
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    return was;
  };

  return {
    read: async () => {
      const text = await readFile(file, "utf8").catch(unlessMissing(undefined));
      if (text === undefined) return undefined;
      const parsed = Kept.safeParse(jsonOf(text));
      if (parsed.success) return parsed.data;
      throw new Fault(EXIT.denied, `${file} is not readable any more: latchkey sign-in again.`);
    },
    begin: async (kept) => {
      await forget();
      await mkdir(folder, { recursive: true, mode: OWNER_ONLY.folder });
      await put(kept);
    },
    renew: (kept) => put(kept).catch(unlessMissing(undefined)),
    forget,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unlessMissing =
  <T>(otherwise: T) =>
  (error: unknown): T => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return otherwise;
    throw error;
  };
