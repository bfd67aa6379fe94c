import * as z from "zod";
import { EXIT, Fault } from "./fault.ts";

/** What the environment may say; an option of the same meaning wins. An empty variable counts as not set. */
const Environment = z.object({
  LATCHKEY_API: z.string().optional(),
  LATCHKEY_TOKEN: z.string().optional(),
  LATCHKEY_CLIENT_ID: z.string().optional(),
  LATCHKEY_CLIENT_SECRET: z.string().optional(),
  LATCHKEY_CERTIFICATE: z.string().optional(),
  LATCHKEY_TOKEN_ENDPOINT: z.string().optional(),
  LATCHKEY_SCOPE: z.string().optional(),
  LATCHKEY_API_SCOPE: z.string().optional(),
  LATCHKEY_KEYS_SCOPE: z.string().optional(),
  LATCHKEY_SIGN_IN_AUTHORITY: z.string().optional(),
  LATCHKEY_SIGN_IN_CLIENT_ID: z.string().optional(),
  LATCHKEY_SIGN_IN_SCOPE: z.string().optional(),
  BROWSER: z.string().optional(),
  HOME: z.string().optional(),
  LOCALAPPDATA: z.string().optional(),
  XDG_STATE_HOME: z.string().optional(),
  ACTIONS_ID_TOKEN_REQUEST_URL: z.string().optional(),
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: z.string().optional(),
  AZURE_FEDERATED_TOKEN_FILE: z.string().optional(),
  VAULT_ADDR: z.string().optional(),
  VAULT_TOKEN: z.string().optional(),
  AWS_ENDPOINT_URL: z.string().optional(),
  AWS_ENDPOINT_URL_SECRETS_MANAGER: z.string().optional(),
  GH_TOKEN: z.string().optional(),
  GITHUB_TOKEN: z.string().optional(),
  GITHUB_API_URL: z.string().optional(),
});
export type Environment = z.infer<typeof Environment>;

export const readEnvironment = (given: Readonly<Record<string, string | undefined>>): Environment =>
  Environment.parse(Object.fromEntries(Object.entries(given).filter(([, value]) => value)));

/** Hosts to which something secret may go without TLS: it leaves the machine to none of them. */
const OWN_MACHINE = ["127.0.0.1", "localhost", "[::1]"];

export const isOwnMachine = (hostname: string): boolean => OWN_MACHINE.includes(hostname);

/**
 * An address that secrets are sent to.
 *
 * @param name of the setting, for the sentence
 * @throws Fault when it is none, or the secret would travel in the clear
 */
export function safeAddress(name: string, text: string | undefined): URL {
  if (text === undefined) throw new Fault(EXIT.usage, `${name} is missing.`);
  if (!URL.canParse(text)) throw new Fault(EXIT.usage, `${name} must be an address.`);
  const url = new URL(text);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isOwnMachine(url.hostname)))
    throw new Fault(EXIT.usage, `${name} is not https: nothing secret is sent there.`);
  return url;
}

/**
 * The service, without the `/api` that its address may end with.
 *
 * @param address `LATCHKEY_API`, or what `--api` says
 * @throws Fault when it is none, or a token would travel in the clear
 */
export function serviceAt(address: string | undefined): URL {
  const url = safeAddress("LATCHKEY_API (or --api)", address);
  return new URL(url.href.replace(/\/+$/, "").replace(/\/api$/, ""));
}
