import * as z from "zod";
import type { CreatedClient, DirectoryClient } from "../../clients/ports.ts";
import type { Secret } from "../../clients/secret.ts";
import { KeyCredentials } from "./key-credential.ts";

/** Graph writes up to seven digits of a second; a Date holds three. */
const instant = z.iso.datetime({ offset: true }).transform((value) => new Date(value));

/** A secret, as Graph shows it. */
export const PasswordCredential = z
  .object({
    keyId: z.guid(),
    displayName: z.string().nullish(),
    hint: z.string().nullish(),
    startDateTime: instant,
    endDateTime: instant,
  })
  .transform(
    (credential): Secret => ({
      keyId: credential.keyId,
      displayName: credential.displayName ?? "",
      hint: credential.hint ?? "",
      createdAt: credential.startDateTime,
      expiresAt: credential.endDateTime,
    }),
  );

/** The properties asked for; Graph answers exactly the ones that are named. */
export const APPLICATION_SELECT =
  "id,appId,displayName,createdDateTime,isDisabled,passwordCredentials";

/**
 * What is asked for of one application, or of each of twenty. With `keyCredentials` in it a tenant would get 150 answers a minute;
 * without any `$select` they are among the rest, but for the certificates themselves.
 */
export const selectionOf = (certificates: boolean): { readonly $select?: string } =>
  certificates ? {} : { $select: APPLICATION_SELECT };

/** An application as Graph v1.0 answers it, as far as this service reads it. */
export const Application = z
  .object({
    id: z.guid(),
    appId: z.guid(),
    displayName: z.string(),
    createdDateTime: instant,
    /** Null until somebody has set it. */
    isDisabled: z.boolean().nullish(),
    passwordCredentials: z.array(PasswordCredential),
    keyCredentials: KeyCredentials,
  })
  .transform(
    (application): DirectoryClient => ({
      id: application.id,
      appId: application.appId,
      displayName: application.displayName,
      createdAt: application.createdDateTime,
      secrets: application.passwordCredentials,
      certificates: application.keyCredentials,
      disabled: application.isDisabled ?? false,
    }),
  );

/**
 * The answer to a create with a secret: the other place where a value comes from. An answer without one says that the
 * application may be there, and that nobody can use it.
 */
export const ApplicationWithSecret = z
  .looseObject({ passwordCredentials: z.tuple([z.looseObject({ secretText: z.string().min(1) })]) })
  .transform((application, context): CreatedClient => {
    const [{ secretText }] = application.passwordCredentials;
    const client = Application.safeParse(application);
    const [secret] = client.data?.secrets ?? [];
    if (client.data && secret) return { ...client.data, firstSecret: { ...secret, secretText } };
    context.addIssue("is no application with a secret");
    return z.NEVER;
  });

/** A page of applications with their secrets, and whose they are. */
export const SecretsPage = z.object({
  value: z.array(
    z.object({
      id: z.guid(),
      tags: z.array(z.string()),
      passwordCredentials: z.array(PasswordCredential),
      keyCredentials: KeyCredentials,
    }),
  ),
  "@odata.nextLink": z.url().optional(),
});

/** An application as far as it says whose it is. */
export const Tagged = z.object({ id: z.guid(), tags: z.array(z.string()) });

export const ApplicationPage = z.object({
  value: z.array(Application),
  "@odata.nextLink": z.url().optional(),
});
export type ApplicationPage = z.infer<typeof ApplicationPage>;

/** Answer of `addPassword`, with the secret's value. */
export const AddedPassword = z.object({
  keyId: z.guid(),
  displayName: z.string().nullish(),
  hint: z.string().nullish(),
  startDateTime: instant,
  endDateTime: instant,
  secretText: z.string().min(1),
});
