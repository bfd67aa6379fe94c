import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/**
 * Loaded before a program (`--import`): it dies when it is about to put a draft in the place of somebody's sign-in. No umask helps it:
 * what modes its files have is its own doing.
 */
const { rename } = fs.promises;
process.umask(0);
fs.promises.rename = async (from, to) => {
  if (String(to).endsWith("sign-in.json")) process.kill(process.pid, "SIGKILL");
  return rename(from, to);
};
syncBuiltinESMExports();
