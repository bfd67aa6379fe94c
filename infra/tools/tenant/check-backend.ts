import { X509Certificate } from "node:crypto";
import { addedBy, assignmentNotRequired, type Commands, type Fault } from "./fault.ts";
import { EXCHANGE_AUDIENCE, GRAPH_APP_ID } from "./objects.ts";
import { GRANT, OWNED_BY } from "./setup.ts";
import type { Named, Snapshot } from "./snapshot.ts";

const DAY_MS = 86_400_000;
/** A credential that ends sooner is a fault now: changing it takes people. */
const SOON_MS = 14 * DAY_MS;
/** Permissions that would let the backend touch what is not its own. */
const TOO_MUCH = [
  "Application.ReadWrite.All",
  "Directory.ReadWrite.All",
  "RoleManagement.ReadWrite.Directory",
];

/** The backend's own registration: that it is there, what it may do, and how it signs in. */
export function checkBackend(
  snapshot: Snapshot,
  named: Named,
  { now, commands }: { readonly now: Date; readonly commands: Commands },
): Fault[] {
  const command = commands.backend;
  const appId = named["DIRECTORY_CLIENT_ID"];
  if (!appId) return [];
  if (!snapshot.backend && !snapshot.backendPrincipal) {
    return [
      {
        code: "backend-missing",
        what: `This tenant knows no application with the client id ${appId} (DIRECTORY_CLIENT_ID).`,
        remedy: `Correct the setting; add a backend of another tenant: ${command} --backend-app-id ${appId}; or register one here: ${command}`,
      },
    ];
  }
  if (!snapshot.backendPrincipal) {
    return [
      {
        code: "backend-principal-missing",
        what: "The backend has no service principal in this tenant: it cannot sign in.",
        remedy: addedBy(command),
      },
    ];
  }
  return [
    ...(snapshot.backendPrincipal.accountEnabled === false ? [disabled] : []),
    ...(snapshot.backendPrincipal.appRoleAssignmentRequired
      ? []
      : [assignmentNotRequired("backend", command)]),
    ...checkPermissions(snapshot, named, command),
    // Registered in another tenant: its credentials are kept there.
    ...(snapshot.backend ? checkCredential(snapshot, named, { now, command }) : []),
  ];
}

const disabled: Fault = {
  code: "backend-disabled",
  what: "Sign-in is switched off for the backend.",
  remedy: 'Switch on "Enabled for users to sign in" of the enterprise application.',
};

function checkPermissions(
  { backend, backendGrants, graph }: Snapshot,
  named: Named,
  command: string,
): Fault[] {
  if (!graph) return [];
  const idOf = (value: string) => graph.appRoles.find((role) => role.value === value)?.id;
  const has = (value: string) =>
    backendGrants.some((one) => one.resourceId === graph.id && one.appRoleId === idOf(value));
  const asked = (value: string) =>
    !backend ||
    backend.requiredResourceAccess.some(
      (entry) =>
        entry.resourceAppId === GRAPH_APP_ID &&
        entry.resourceAccess.some((one) => one.id === idOf(value)),
    );
  const automatic = named["CONSENT_GRANT"] === "automatic-on-approve";
  const faults: Fault[] = [];
  for (const value of [OWNED_BY, ...(automatic ? [GRANT] : [])]) {
    if (has(value)) continue;
    faults.push(
      asked(value)
        ? {
            code: "permission-not-granted",
            what: `The backend asks for ${value}, but nobody has consented.`,
            remedy: 'An administrator presses "Grant admin consent" on its API permissions.',
          }
        : {
            code: "permission-not-requested",
            what: `The backend's registration does not ask for ${value}.`,
            remedy: `An administrator consents to it after you have run: ${command}${value === GRANT ? " --automatic-grant" : ""}`,
          },
    );
  }
  for (const value of [...TOO_MUCH, ...(automatic ? [] : [GRANT])]) {
    if (!has(value)) continue;
    faults.push({
      code: "permission-too-wide",
      what: `The backend holds ${value}, which it has no use for.`,
      remedy: "Take it away under API permissions, and revoke the consent to it.",
    });
  }
  return faults;
}

function checkCredential(
  { backend, federated }: Snapshot,
  named: Named,
  by: { readonly now: Date; readonly command: string },
): Fault[] {
  switch (named["DIRECTORY_CREDENTIAL"]) {
    case "secret":
      return lifetime(
        "secret",
        backend?.passwordCredentials.map(({ endDateTime }) => endDateTime) ?? [],
        by.now,
      );
    case "certificate":
      return checkCertificate(backend?.keyCredentials ?? [], named, by);
    case "federated":
      return checkFederated(federated, named, by.command);
    default:
      return [];
  }
}

function checkCertificate(
  registered: readonly { key?: string | null | undefined; endDateTime: string }[],
  named: Named,
  { now, command }: { readonly now: Date; readonly command: string },
): Fault[] {
  const pem = named["DIRECTORY_CLIENT_CERTIFICATE"];
  const ours = pem?.includes("-----BEGIN CERTIFICATE")
    ? new X509Certificate(pem).raw.toString("base64")
    : undefined;
  if (ours && !registered.some(({ key }) => key === ours)) {
    return [
      {
        code: "certificate-unknown",
        what: "The certificate of DIRECTORY_CLIENT_CERTIFICATE is not registered on the backend.",
        remedy: `Register it: ${command} --credential certificate --certificate <file>`,
      },
    ];
  }
  return lifetime(
    "certificate",
    registered.map(({ endDateTime }) => endDateTime),
    now,
  );
}

function checkFederated(federated: Snapshot["federated"], named: Named, command: string): Fault[] {
  const subject = named["MANAGED_IDENTITY_PRINCIPAL_ID"];
  const usable = federated.filter(
    (one) => one.audiences.includes(EXCHANGE_AUDIENCE) && (!subject || one.subject === subject),
  );
  if (usable.length > 0) return [];
  return [
    {
      code: "federated-missing",
      what: subject
        ? `The backend trusts no identity ${subject} for ${EXCHANGE_AUDIENCE}.`
        : `The backend trusts no managed identity for ${EXCHANGE_AUDIENCE}.`,
      remedy: addedBy(`${command} --managed-identity ${subject ?? "<principal id>"}`),
    },
  ];
}

function lifetime(kind: "secret" | "certificate", ends: readonly string[], now: Date): Fault[] {
  const remedy = "See docs/rotate-the-backend-credential.md.";
  const latest = Math.max(...ends.map((end) => Date.parse(end)));
  if (ends.length === 0) {
    return [{ code: `${kind}-missing`, what: `The backend has no ${kind}.`, remedy }];
  }
  if (latest <= now.getTime()) {
    return [{ code: `${kind}-expired`, what: `Every ${kind} of the backend has expired.`, remedy }];
  }
  if (latest - now.getTime() > SOON_MS) return [];
  const day = new Date(latest).toISOString().slice(0, 10);
  return [
    { code: `${kind}-ends-soon`, what: `The backend's last ${kind} ends on ${day}.`, remedy },
  ];
}
