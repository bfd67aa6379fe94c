import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { DirectoryFaults } from "../faults/faults.ts";
import type { LocalService } from "../service.ts";
import { openStore } from "../store.ts";
import type { Tap } from "../tap.ts";
import { serverCertificate } from "./certificates.ts";
import type { Directory, Keys } from "./directory.ts";
import { openFaultMachine } from "./fault-machine.ts";
import { keepIdentity, keptIdentity } from "./identity.ts";
import { openListener } from "./listener.ts";
import { openRequestLog, type ServedRequest } from "./request-log.ts";
import { resourceSecret, seed } from "./seed.ts";
import { requestListener } from "./server.ts";
import { settingsOf } from "./settings-of.ts";
import {
  administratorGraphToken,
  issuerOf,
  type UserName,
  userAccessToken,
} from "./sign-in/users.ts";
import { keepSigningKey, keptSigningKey, type SigningKey } from "./signing-key.ts";
import { openSite } from "./site.ts";
import { openState } from "./state.ts";

export interface DirectoryOptions {
  /** 0 = any free one. */
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Where objects, secrets' hashes and signing keys stay; `:memory:` for a directory that may forget. */
  readonly dataFile: string;
  /** `ca.pem` is made there at the first start and reused. */
  readonly certificatesFolder: string;
  readonly tap: Tap;
  /** Seeds an administrator only, as in a tenant that was made a moment ago. */
  readonly pristine?: boolean;
  /** Whether the seeded backend may grant app roles (default true). */
  readonly automaticGrant?: boolean;
  /** `entra`: customers too come from the tenant's own issuer, and tokens carry `roles` (default `b2c`). */
  readonly flavour?: "b2c" | "entra";
}

/** For the client credentials grant at the tenant's own endpoint. */
export interface ResourceCredential {
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/** The local Microsoft Graph, Entra ID and Azure AD B2C: one tenant on 127.0.0.1. */
export interface LocalDirectory extends LocalService {
  /** Plain http, for people's `curl` and scripts. */
  readonly origin: string;
  /** For MSAL and the Graph client, which send tokens over https only. */
  readonly secureOrigin: string;
  /** `origin` with `/v1.0`. */
  readonly graph: string;
  /** An access token as the person's browser would hold it; 24 h unless told. */
  issueUserToken(
    who: UserName,
    options?: { readonly lifetimeSeconds?: number; readonly claims?: object },
  ): Promise<string>;
  /** How the resource API gets its own tokens for the service, to look clients up. */
  readonly resourceCredential: ResourceCredential;
  /** Olga's Graph token: an administrator's rights. */
  issueAdministratorGraphToken(): Promise<string>;
  /** The key behind a person's tokens (ann's unless told), for tests that forge. */
  signingKey(user?: UserName): Pick<SigningKey, "kid" | "privateKey">;
  /** Replaces all current faults. `down` refuses connections until the next call. */
  setFaults(faults: DirectoryFaults | "down" | undefined): void;
  /** Graph and token requests, oldest first; a batch is one. The last 100,000. */
  requests(): ServedRequest[];
  resetRequests(): void;
}

/** @throws an error of code `EADDRINUSE` when a port is taken */
export async function startDirectory(options: DirectoryOptions): Promise<LocalDirectory> {
  if (options.dataFile !== ":memory:") mkdirSync(dirname(options.dataFile), { recursive: true });
  const certificate = serverCertificate(options.certificatesFolder);
  const store = openStore(options.dataFile);
  const seeding = {
    pristine: options.pristine ?? false,
    automaticGrant: options.automaticGrant ?? true,
  };
  const state = openState(store);
  const keys: Keys = {
    tenant: await keptSigningKey(state.single, "tenantKey"),
    policy: await keptSigningKey(state.single, "policyKey"),
  };
  const origins = { plain: "", secure: "" };
  const directory: Directory = {
    identity: keptIdentity(state.single),
    state,
    faults: openFaultMachine(),
    keys,
    flavour: options.flavour ?? "b2c",
    secureOrigin: () => origins.secure,
    authority: readFileSync(certificate.authorityFile, "utf8"),
  };
  seed(directory, seeding);

  const log = openRequestLog();
  const parts = { visit: openSite(directory), tap: options.tap, faults: directory.faults, log };
  const plain = await openListener(
    options.httpPort,
    requestListener(parts, () => origins.plain),
  );
  const secure = await openListener(
    options.httpsPort,
    requestListener(parts, () => origins.secure),
    certificate,
  ).catch(async (error: unknown) => {
    await plain.close();
    store.close();
    throw error;
  });
  origins.plain = `http://127.0.0.1:${plain.port}`;
  origins.secure = `https://localhost:${secure.port}`;

  return {
    origin: origins.plain,
    secureOrigin: origins.secure,
    graph: `${origins.plain}/v1.0`,
    settings: settingsOf(directory, {
      origin: origins.plain,
      authorityFile: certificate.authorityFile,
      pristine: seeding.pristine,
    }),
    issueUserToken: (who, wanted = {}) => userAccessToken(directory, who, wanted),
    resourceCredential: {
      tokenEndpoint: `${origins.plain}/${directory.identity.tenantId}/oauth2/v2.0/token`,
      clientId: directory.identity.resource.appId,
      clientSecret: resourceSecret(directory),
      scope: `${directory.identity.operator.appId}/.default`,
    },
    issueAdministratorGraphToken: () => administratorGraphToken(directory),
    signingKey: (user = "ann") => {
      const { kid, privateKey } = issuerOf(directory, user).key;
      return { kid, privateKey };
    },
    setFaults: (faults) => {
      if (faults === "down") {
        plain.down();
        secure.down();
        return;
      }
      directory.faults.set(faults);
      plain.up();
      secure.up();
    },
    requests: () => log.all(),
    resetRequests: () => log.clear(),
    reset: async () => {
      store.clear();
      keepIdentity(state.single, directory.identity);
      await keepSigningKey(state.single, "tenantKey", keys.tenant);
      await keepSigningKey(state.single, "policyKey", keys.policy);
      seed(directory, seeding);
      log.clear();
    },
    stop: async () => {
      await Promise.all([plain.close(), secure.close()]);
      store.close();
    },
  };
}
