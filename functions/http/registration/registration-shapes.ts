import * as z from "zod";
import { Role } from "../../../shared/clients/client.ts";
import { AuthMethod } from "../../../shared/clients/registration.ts";
import type { RegisteredClient } from "../../../shared/clients/registration-token.ts";
import type { Secret } from "../../../shared/clients/secret.ts";
import { type Shaped, shape } from "../../edge/shape.ts";
import { ConsentShape, NewSecretShape, showConsent, type TokenAdvice } from "../shapes.ts";

/** A client as RFC 7591 (section 3.2.1) and RFC 7592 (section 3) show it, in seconds since 1970. */

const seconds = z
  .int()
  .min(0)
  .meta({ format: "int64", examples: [1_793_000_000] });

const InformationShape = shape(() =>
  z.strictObject({
    client_id: z
      .guid()
      .describe("The OAuth client_id")
      .meta({ examples: ["b1d7f0a4-6a2e-4d59-8f0e-51c6f4a3b9d2"] }),
    client_id_issued_at: seconds.describe("When it was made"),
    client_secret_expires_at: seconds
      .optional()
      .describe("When the secret that lasts longest ends; absent when it has none"),
    client_name: z
      .string()
      .max(256)
      .describe("Its name in the directory")
      .meta({ examples: ["Nightly import"] }),
    grant_types: z.array(z.literal("client_credentials")).describe("The one there is"),
    response_types: z
      .array(z.string())
      .max(0)
      .describe("None: nobody signs in")
      .meta({ examples: [[]] }),
    token_endpoint_auth_method: AuthMethod.describe("How it has to send its secret"),
    scope: z
      .string()
      .max(500)
      .describe("What it asks the token endpoint for")
      .meta({ examples: ["api://resource/.default"] }),
    registration_client_uri: z.url().describe("Where it manages itself (RFC 7592)"),
    registration_access_token: z
      .string()
      .max(1024)
      .describe("The token for that; good for as long as the client, and kept nowhere here")
      .meta({ examples: ["lkr.Y29udG9zbw.sdfwpGouTVmPDlHG9KO50g.the-part-that-nobody-can-guess"] }),
    roles: z.array(Role).describe("App roles it asks for"),
    consent: ConsentShape().describe("Until it is granted its tokens carry no role"),
    token_endpoint: z
      .url()
      .describe("Where it asks for access tokens")
      .meta({ examples: ["https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token"] }),
  }),
);

export const ClientInformationShape = shape(() =>
  InformationShape().meta({ id: "ClientInformation" }),
);

/** With the secret, this once. */
export const RegisteredShape = shape(() =>
  z
    .strictObject({
      ...InformationShape().shape,
      client_secret: z
        .string()
        .max(256)
        .describe("The secret's value; in this answer and never again")
        .meta({ examples: ["aB3-the-rest-of-the-value"] }),
      client_secret_expires_at: seconds.describe("When it ends"),
      ready: NewSecretShape().shape.ready,
    })
    .meta({ id: "RegisteredClient" }),
);

export interface RegistrationAdvice extends TokenAdvice {
  /** Where people reach this service, without a closing slash. */
  readonly publicUrl: string;
}

interface Shown {
  readonly record: RegisteredClient;
  readonly displayName: string;
  readonly secrets: readonly Pick<Secret, "expiresAt">[];
  readonly token: string;
}

export function showInformation(
  { record, displayName, secrets, token }: Shown,
  { tokenEndpoint, resourceScope, publicUrl }: RegistrationAdvice,
): Shaped<typeof ClientInformationShape> {
  const ends = secrets.map(({ expiresAt }) => toSeconds(expiresAt));
  return {
    client_id: record.appId,
    client_id_issued_at: toSeconds(record.createdAt),
    ...(ends.length > 0 && { client_secret_expires_at: Math.max(...ends) }),
    client_name: displayName,
    grant_types: ["client_credentials"],
    response_types: [],
    token_endpoint_auth_method: record.registration.authMethod,
    scope: resourceScope,
    registration_client_uri: `${publicUrl}/api/register/${record.appId}`,
    registration_access_token: token,
    roles: [...record.roles],
    consent: showConsent(record.consent),
    token_endpoint: tokenEndpoint,
  };
}

export const toSeconds = (at: Date): number => Math.floor(at.getTime() / 1000);
