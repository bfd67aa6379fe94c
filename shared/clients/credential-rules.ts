import { CredentialKind } from "./credential.ts";

/** Whether clients get secrets; the other kinds are better, and not everybody's program can have them. */
export type SecretUse = "allowed" | "discouraged" | "forbidden";

/** Which kinds of credentials clients may have here. */
export interface CredentialRules {
  /** Those that the token endpoint takes. */
  readonly directory: readonly CredentialKind[];
  /** Those that the operators let customers have (`CLIENT_CREDENTIALS`). */
  readonly setting: readonly CredentialKind[];
  /** `SECRETS`; forbidden ones may still be replaced by one of their kind, one for one, so that nobody is cut off. */
  readonly secrets: SecretUse;
}

export interface KindNotAllowed {
  readonly reason: "credential-kind-not-allowed";
  readonly kind: CredentialKind;
  /** What a client may have another one of. */
  readonly allowed: readonly CredentialKind[];
  /** The token endpoint does not take it, the operators do not want it, or a policy of the directory forbids it. */
  readonly why: "directory" | "setting" | "policy";
}

/** `another`: beside what the client has; `replacement`: in the place of one of the same kind. */
type Wanted = "another" | "replacement";

export function whyNot(
  { directory, setting, secrets }: CredentialRules,
  kind: CredentialKind,
  wanted: Wanted = "another",
): "directory" | "setting" | undefined {
  if (!directory.includes(kind)) return "directory";
  if (!setting.includes(kind)) return "setting";
  const isForbidden = kind === "secret" && secrets === "forbidden" && wanted === "another";
  return isForbidden ? "setting" : undefined;
}

export const allowedKinds = (rules: CredentialRules): readonly CredentialKind[] =>
  CredentialKind.options.filter((kind) => whyNot(rules, kind) === undefined);

/** What is said against a credential of this kind, whoever asks for it and for whichever client; nothing: it may be had. */
export function refusedKind(
  rules: CredentialRules,
  kind: CredentialKind,
  wanted?: Wanted,
): KindNotAllowed | undefined {
  const why = whyNot(rules, kind, wanted);
  return why && { reason: "credential-kind-not-allowed", kind, allowed: allowedKinds(rules), why };
}

/** The same where only the directory's refusal tells: a policy of its administrators forbids the kind. */
export const forbiddenKind = (rules: CredentialRules, kind: CredentialKind): KindNotAllowed => ({
  reason: "credential-kind-not-allowed",
  kind,
  allowed: allowedKinds(rules).filter((other) => other !== kind),
  why: "policy",
});

/** A policy endpoint of Azure AD B2C answers AADB2C99027 to a client assertion: it takes secrets only. */
export const takenBy = (tokenEndpoint: string): readonly CredentialKind[] =>
  isPolicyEndpoint(tokenEndpoint) ? ["secret"] : CredentialKind.options;

/** Of Azure AD B2C: a user flow or a custom policy. */
export const isPolicyEndpoint = (address: string): boolean =>
  /[/=]B2C_1A?_/i.test(address) || /\.b2clogin\.(com|cn|us)$/i.test(new URL(address).hostname);
