import { spawn } from "node:child_process";

const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/**
 * Shows a page in the person's browser: by the program that `BROWSER` names, or as the system does it. Where there is none, nothing
 * happens; the address has been said.
 */
export function openPage(url: string, browser: string | undefined): void {
  const [command, ...args] = browser
    ? ([browser] as const)
    : (OPENERS[process.platform] ?? (["xdg-open"] as const));
  const child = spawn(command, [...args, url], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
