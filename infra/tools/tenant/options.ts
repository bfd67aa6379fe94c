import { parseArgs } from "node:util";
import * as z from "zod";

/** The command lines of `tenant:setup` and `tenant:check`. No secret is ever an argument. */

export const USAGE = `npm run tenant:setup -- [options]

  --dry-run                 print each Graph call and change nothing
  --tenant <id|domain>      the directory's tenant (DIRECTORY_TENANT_ID); needed for signing in
  --sign-in <way>           browser (default), device, az (the Azure CLI), or a token in GRAPH_TOKEN
  --roles <read>,<write>    app roles of the resource API (default api.read,api.write); more may follow
  --app-id-uri <uri>        its Application ID URI (default https://<initial domain>/api)
  --policy <name>           B2C user flow or policy that issues tokens (default B2C_1_signin)
  --login-host <url>        where customers sign in, when it is not the usual host
  --credential <kind>       federated, certificate or secret: how the backend signs in (default federated)
  --managed-identity <id>   federated: principal id of the user-assigned identity
  --identity-tenant <id>    federated: the identity's tenant (default: this one)
  --certificate <file>      certificate: PEM; only the certificate in it is read
  --secret-days <days>      secret: its lifetime (default 180)
  --automatic-grant         let the backend grant consent by itself; read docs/permissions.md first
  --only backend            the backend's registration alone
  --multi-tenant            register the backend for use in another tenant
  --backend-app-id <id>     the backend is registered in another tenant, with this client id
  --portal-url <url>        where the form will be served: allowed as a redirect URI of customers
  --command                 let customers sign in by the command latchkey, in a browser or by device code
  --write <file>            keep the settings in this file instead of printing them; what it has besides stays
  --local                   rehearse on the local cloud of npm start
  --help                    this

Settings go to standard output, everything else to standard error. Without --write, keep npm's own lines out of what you
keep: npm run --silent tenant:setup -- … >> settings.env`;

const Options = z.strictObject({
  "dry-run": z.boolean().default(false),
  tenant: z.string().min(1).optional(),
  "sign-in": z.enum(["browser", "device", "az"]).default("browser"),
  roles: z
    .string()
    .default("api.read,api.write")
    .transform((text) => text.split(",").map((role) => role.trim()))
    .pipe(z.array(z.string().regex(/^\S+$/)).min(2, { error: "names a read and a write role" })),
  "app-id-uri": z.url().optional(),
  policy: z.string().min(1).default("B2C_1_signin"),
  "login-host": z.url().optional(),
  credential: z.enum(["federated", "certificate", "secret", "none"]).default("federated"),
  // As they are in its tokens, with which the directory compares them letter by letter.
  "managed-identity": z.guid().toLowerCase().optional(),
  "identity-tenant": z.guid().toLowerCase().optional(),
  certificate: z.string().min(1).optional(),
  "secret-days": z.coerce.number().int().min(1).max(730).default(180),
  "automatic-grant": z.boolean().default(false),
  only: z.enum(["backend"]).optional(),
  "multi-tenant": z.boolean().default(false),
  "backend-app-id": z.guid().optional(),
  "portal-url": z.url().optional(),
  command: z.boolean().default(false),
  write: z.string().min(1).optional(),
  local: z.boolean().default(false),
});
export type SetupOptions = z.infer<typeof Options>;

const FLAGS = ["dry-run", "automatic-grant", "multi-tenant", "command", "local"];

/** @throws one sentence for people about the first option that is wrong. */
export function readOptions(args: readonly string[]): SetupOptions {
  const options = Object.fromEntries(
    Object.keys(Options.shape).map((name) => [
      name,
      { type: FLAGS.includes(name) ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const parsed = Options.safeParse({ ...values });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`--${issue?.path.join(".")}: ${issue?.message}`);
}
