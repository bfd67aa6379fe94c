import { spawnSync } from "node:child_process";

/** `npm`, but for what has been done before any test runs and would disturb those that run beside this one. */
const args = process.argv.slice(2);
if (["ci", "run build"].includes(args.join(" "))) {
  console.log("Done already.");
} else {
  const { status } = spawnSync("npm", args, {
    stdio: "inherit",
    env: { ...process.env, PATH: process.env["REAL_PATH"] },
  });
  process.exitCode = status ?? 1;
}
