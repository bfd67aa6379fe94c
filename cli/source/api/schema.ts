/** Made by `npm run types -w @latchkey/cli` from the OpenAPI document. */
export interface paths {
    "/api/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the subscription's clients with their secrets and consent
         * @description Every client of the caller's subscription, in a stable order, with names and secrets as the directory has them now. A page may be shorter than `limit`; only a missing `nextCursor` says that it is the last. With `state=deleted`: those that can still be restored, without a look at the directory.
         */
        get: operations["listClients"];
        put?: never;
        /**
         * Create a client and ask for an administrator's consent
         * @description Registers an OAuth 2.0 client in the directory and asks an administrator to consent to its roles. Until then its tokens carry no role. Send an `Idempotency-Key` to be able to ask again after a lost answer: the first answer is given again.
         */
        post: operations["createClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read one client, live from the directory
         * @description The client with its secrets (never their values) and the state of its consent. The `ETag` covers all that is shown.
         */
        get: operations["getClient"];
        put?: never;
        post?: never;
        /**
         * Delete a client; the directory keeps it for 30 days
         * @description Deletes the client: its secrets stop working. With `If-Match`, only if the client itself has not changed since it was read. Tokens that are out live until they expire.
         */
        delete: operations["deleteClient"];
        options?: never;
        head?: never;
        /**
         * Rename a client
         * @description Sets another name. With `If-Match`, only if the client itself has not changed since it was read; secrets added or removed meanwhile do not count. The name it has already changes nothing.
         */
        patch: operations["renameClient"];
        trace?: never;
    };
    "/api/clients/{id}/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who did what to a client, newest first
         * @description Every change of the client that was admitted, whatever came of it, with who asked for it. A deleted client's entries stay for as long as entries are kept. With `Accept: application/x-ndjson` it is one entry a line, and `Link` leads to the next page.
         */
        get: operations["listClientActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/watch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether you are told of every client's secrets
         * @description How the caller stands to the whole subscription; nobody sees who else watches.
         */
        get: operations["getSubscriptionWatch"];
        /**
         * Be told by mail before a secret of any client ends
         * @description Letters go to the verified address of the caller's own token. Asked again, the newest address and time zone count.
         */
        put: operations["watchSubscription"];
        post?: never;
        /**
         * No longer be told of every client
         * @description Clients that the caller watches one by one go on being told of.
         */
        delete: operations["unwatchSubscription"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/watch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether you are told of a client's secrets
         * @description How the caller stands to it; nobody sees who else watches.
         */
        get: operations["getClientWatch"];
        /**
         * Be told by mail before a secret of it ends
         * @description Letters go to the verified address of the caller's own token. Whoever creates a client watches it from the start. Asked again, the newest address and time zone count.
         */
        put: operations["watchClient"];
        post?: never;
        /**
         * No longer be told of a client's secrets
         * @description Whoever watches the whole subscription is still told of it.
         */
        delete: operations["unwatchClient"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring a deleted client back, within 30 days
         * @description With its ids, its name and its secrets. It counts as a client again. What an administrator had granted the directory does not bring back: the consent is asked for anew, and found if it is there.
         */
        post: operations["restoreOwnClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have one of your clients get no new tokens
         * @description Until you resume it: a secret that may have leaked, a program that runs wild. Tokens that are out live until they expire; name, secrets and consent are kept. It gets no new secret meanwhile.
         */
        post: operations["suspendOwnClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let one of your clients get tokens again
         * @description With the secrets and the consent that it has. What the operators have stopped only they resume.
         */
        post: operations["resumeOwnClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a client's secrets, live from the directory
         * @description All of them, as they are on the client itself; never their values.
         */
        get: operations["listSecrets"];
        put?: never;
        /**
         * Add a secret; its value is in this answer and never shown again
         * @description Makes a secret in the directory. Its value is in this answer only and kept nowhere: a repeat under the same `Idempotency-Key` is answered 409 with the `keyId`, never with the value. The token endpoint takes a new secret some seconds late: with `Prefer: wait=N` the answer comes when it works. With `encryptTo` it holds the value for the holder of a private key only.
         */
        post: operations["addSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/secrets/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read one secret, live from the directory
         * @description Its name, its hint and when it expires; never its value.
         */
        get: operations["getSecret"];
        put?: never;
        post?: never;
        /**
         * Remove a secret; tokens it has already bought live until they expire
         * @description Removes one secret from the client, which cannot be undone. The client's other secrets go on working. The last one that works, of a client whose consent is granted, is removed only with `?confirm=last`.
         */
        delete: operations["removeSecret"];
        options?: never;
        head?: never;
        /**
         * Say when a secret is removed, or when it is reminded of
         * @description With `snoozedUntil` nobody is reminded before then that it ends. With `retiresAt` it moves or calls off the removal that a rotation has left for later. A time after the secret expires becomes that of its expiry; one that has passed removes it now. What would leave a client that has its consent without a secret is not removed when the time comes.
         */
        patch: operations["rescheduleSecret"];
        trace?: never;
    };
    "/api/clients/{id}/secrets/{keyId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a secret by a new one; the old one goes on working for a while
         * @description Makes a new secret and gives the old one a `retiresAt`, at which the service removes it. The value is in this answer only, as with every new secret. `graceHours: 0` removes the old one at once: it leaked. Where the client has as many secrets as it may, one that is retiring or has expired already makes room; else 409 lists the two, and `replaces` says which of them goes.
         */
        post: operations["rotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a client's credentials of every kind, live from the directory
         * @description One shape for all of them; what only its kind has is at the route of the kind.
         */
        get: operations["listCredentials"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a client's certificates, live from the directory
         * @description All of them, those that were added in the directory too.
         */
        get: operations["listCertificates"];
        put?: never;
        /**
         * Add a certificate, with which the client proves who it is
         * @description Registers a certificate; the private key stays with whoever made it, and is refused if it is sent. RSA of 2048 bits or more, for signatures, valid now. Self-signed ones do. The token endpoint takes a new one some seconds late. A repeat under the same `Idempotency-Key` is answered as the first time.
         */
        post: operations["addCertificate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/certificates/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read one certificate, live from the directory
         * @description Its name, thumbprint and end; with subject and SHA-256, which the directory shows to nobody, where it was added here.
         */
        get: operations["getCertificate"];
        put?: never;
        post?: never;
        /**
         * Remove a certificate; tokens it has already bought live until they expire
         * @description Removes one certificate from the client. Its other credentials go on working. The last one that works, of a client whose consent is granted, is removed only with `?confirm=last`.
         */
        delete: operations["removeCertificate"];
        options?: never;
        head?: never;
        /**
         * Say when a certificate is removed, or when it is reminded of
         * @description As for secrets: `retiresAt` moves or calls off the removal that a rotation has left for later, `snoozedUntil` puts reminders off. What would leave a client that has its consent without a credential is not removed when the time comes.
         */
        patch: operations["rescheduleCertificate"];
        trace?: never;
    };
    "/api/clients/{id}/certificates/{keyId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a certificate by a new one; the old one goes on working for a while
         * @description Adds a certificate and gives the old one a `retiresAt`, at which the service removes it. `graceHours: 0` removes the old one with the same write: its key leaked.
         */
        post: operations["rotateCertificate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/federated-credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List whose tokens the directory takes as a client's
         * @description All of them, live; also those that administrators have made in the directory.
         */
        get: operations["listFederatedCredentials"];
        put?: never;
        /**
         * Trust tokens of another issuer as this client's
         * @description From then on the token endpoint takes a token of that issuer, subject and audience as the client's proof (`client_assertion`): there is no secret to keep, and nothing that ends. Issuer and subject are given as they are, or a preset makes them of what people know. It may take some minutes until every part of the directory knows it.
         */
        post: operations["addFederatedCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/federated-credentials/dry-run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See which credential a token would be taken for, and what differs
         * @description Compares claims with the client's credentials, as the directory does: letter by letter. It changes nothing, keeps nothing of what it is given, and takes no signature. Whether the token is genuine and in time only the directory says.
         */
        post: operations["tryFederatedToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/federated-credentials/{credentialId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Trust that issuer's tokens no more
         * @description The directory takes no more tokens of it; those that the client has bought with one live until they expire. The last credential that works, of a client whose consent is granted, is removed only with `?confirm=last`.
         */
        delete: operations["removeFederatedCredential"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/federated-presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what each platform's federated credential is made of
         * @description What to ask people, and what issuer and subject come of it: a form can be made of it, and shows the result before it is sent.
         */
        get: operations["listFederatedPresets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/self": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the client that asks, with its credentials
         * @description For a client with the role `keys.rotate`, by a token of its own for this API. It sees itself and nothing else; a client that is unknown, deleted, suspended or without its consent is 404.
         */
        get: operations["getSelf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/self/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a secret or a certificate of the client that asks by a new one
         * @description For a client with the role `keys.rotate`, by a token of its own for this API. As with a customer's rotation the old one goes on working for the grace. A secret's new value is in this answer only. With `certificate` or `jwk` it is a certificate that is replaced, by the one that is sent; a repeat under the same `Idempotency-Key` is then answered as the first time. A token does not say which credential it was asked for with: name it by its `keyId` where the client has several.
         */
        post: operations["rotateOwnSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/about": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what the service allows
         * @description The limits that a form should tell before it is filled in. They change only with the service's settings.
         */
        get: operations["getLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        About: {
            limits: {
                /**
                 * Format: int32
                 * @description Secrets a client may have at once, where the directory has such a limit
                 * @example 2
                 */
                secretsPerClient?: number;
                /**
                 * Format: int32
                 * @description The longest lifetime of a secret
                 * @example 365
                 */
                secretLifetimeDays: number;
            };
            /** @description Kinds of credentials, and which of them clients may get here */
            credentials: components["schemas"]["CredentialKindAllowed"][];
            /** @description `discouraged`: another kind is better where the program can use it. Today `allowed`, `discouraged`, `forbidden`; more may come. */
            secrets: string;
            /** @description How a client rotates its own credentials; left out where it cannot */
            selfRotation?: components["schemas"]["SelfRotation"];
            /**
             * Format: uri
             * @description What samples call with their token
             */
            sampleCall?: string;
        };
        SelfRotation: {
            /** @description The app role that a client asks for. Today `keys.rotate`; more may come. */
            role: string;
            /**
             * @description The scope it asks for, at its token endpoint, before it calls `/self`
             * @example https://contoso.example.com/latchkey-keys/.default
             */
            scope: string;
        };
        CredentialKindAllowed: {
            /** @description Today `secret`, `certificate`, `federated`; more may come. */
            kind: string;
            /** @description Whether a client may get another one */
            allowed: boolean;
            /** @description Why not: the token endpoint does not take it, or the operators */
            why?: string;
        };
        RotateOwnSecretRequest: {
            /** @description That of the old one when left out */
            displayName?: string;
            /**
             * Format: int32
             * @description Days until it expires; 365 when left out
             * @example 90
             */
            lifetimeDays?: number;
            /** @description A public key, as a JWK. The answer has `secretJwe` instead of `secretText`, which only the holder of the private key can read */
            encryptTo?: components["schemas"]["EncryptionKey"];
            /**
             * Format: int32
             * @description Hours for which the old one goes on working, and no longer than it would have; 24 when left out
             * @example 24
             */
            graceHours?: number;
            /**
             * Format: uuid
             * @description The secret that goes at once, if there is no room for another
             */
            replaces?: string;
            /** @description The certificate as PEM, `-----BEGIN CERTIFICATE-----` and what follows; never the private key */
            certificate?: string;
            /** @description The public key as a JWK with its certificate in `x5c`, instead of `certificate` */
            jwk?: components["schemas"]["CertifiedKey"];
            /**
             * Format: uuid
             * @description The secret, or with a certificate the certificate, to be replaced; of those that work and are not retiring the one that ends first when left out
             */
            keyId?: string;
        };
        CertifiedKey: {
            /** @description `RSA`: the directory takes no other */
            kty: string;
            /** @description The modulus */
            n?: string;
            /**
             * @description The exponent
             * @example AQAB
             */
            e?: string;
            /** @description The certificate of this key first: DER in Base64. Others are not looked at */
            x5c?: string[];
        } & {
            [key: string]: unknown;
        };
        EncryptionKey: {
            /** @enum {string} */
            kty: "RSA" | "EC";
            /** @description RSA: the modulus */
            n?: string;
            /**
             * @description RSA: the exponent
             * @example AQAB
             */
            e?: string;
            /**
             * @description EC: the curve
             * @enum {string}
             */
            crv?: "P-256" | "P-384" | "P-521";
            /** @description EC: the point */
            x?: string;
            /** @description EC: the point */
            y?: string;
            /**
             * @description What the key is for
             * @constant
             */
            use?: "enc";
            /** @description What the key may be used for */
            key_ops?: ("encrypt" | "wrapKey" | "deriveKey" | "deriveBits")[];
            /**
             * @description Follows from `kty` when left out
             * @enum {string}
             */
            alg?: "RSA-OAEP-256" | "ECDH-ES+A256KW";
            /** @description The key's id; it is in the JWE's header again */
            kid?: string;
            /** @description Web Crypto writes it; nothing depends on it */
            ext?: boolean;
        };
        /**
         * @example {
         *       "kind": "secret",
         *       "keyId": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
         *       "displayName": "Production",
         *       "hint": "aB3",
         *       "createdAt": "2026-11-02T09:30:00.000Z",
         *       "expiresAt": "2027-01-31T09:30:00.000Z",
         *       "secretText": "aB3-the-rest-of-the-value",
         *       "notice": "Copy the value now: it is shown this once and stored nowhere.",
         *       "replaced": {
         *         "keyId": "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
         *         "displayName": "Production",
         *         "expiresAt": "2026-12-02T09:30:00.000Z",
         *         "retiresAt": "2026-11-03T09:30:00.000Z"
         *       }
         *     }
         */
        RotatedOwnCredential: {
            /** @description What was replaced. Today `secret`, `certificate`; more may come. */
            kind: string;
            /**
             * Format: uuid
             * @description The secret's id
             * @example 8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d
             */
            keyId: string;
            /** @example Production */
            displayName: string;
            /**
             * @description First characters of the value
             * @example aB3
             */
            hint?: string;
            /**
             * Format: date-time
             * @description When it was made
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it stops working
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description When the service removes it, for another one has taken its place
             */
            retiresAt?: string;
            /**
             * Format: date-time
             * @description No reminder of its end before then
             */
            snoozedUntil?: string;
            /**
             * @description The value; shown in this answer and never again. Left out with `encryptTo`
             * @example aB3-the-rest-of-the-value
             */
            secretText?: string;
            /** @description With `encryptTo`: the value as a compact JWE (RFC 7516), which only the holder of the private key can read */
            secretJwe?: string;
            /**
             * @description What to do with it now, for people
             * @example Copy the value now: it is shown this once and stored nowhere.
             */
            notice?: string;
            /** @description With `Prefer: wait`: whether the token endpoint has taken it, twice in a row, or had not when the time was over */
            ready?: boolean;
            /**
             * @description SHA-1 of the certificate in hex, as Entra shows it
             * @example 52ED9B5038A47B9E2E2190715CC238359D4F8F73
             */
            thumbprint?: string;
            /**
             * @description SHA-256 of it; absent of those that were added in the directory
             * @example E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855
             */
            thumbprintSha256?: string;
            /**
             * @description Whom it is made out to; absent as above, and in lists
             * @example CN=Nightly import
             */
            subject?: string;
            /** @description The old one, and when it goes; it may have gone already, and is left out of an answer that is given again after that */
            replaced?: components["schemas"]["ScheduledSecret"];
        };
        ScheduledSecret: {
            /**
             * Format: uuid
             * @description The secret's id
             * @example 8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d
             */
            keyId: string;
            /** @example Production */
            displayName: string;
            /**
             * Format: date-time
             * @description When it stops working
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description When the service removes it, for another one has taken its place
             */
            retiresAt?: string;
            /**
             * Format: date-time
             * @description No reminder of its end before then
             */
            snoozedUntil?: string;
        };
        OwnClient: {
            /**
             * Format: uuid
             * @description Object id of the app registration
             */
            id: string;
            /**
             * Format: uuid
             * @description OAuth 2.0 client_id
             * @example b1d7f0a4-6a2e-4d59-8f0e-51c6f4a3b9d2
             */
            appId: string;
            /** @example Nightly import */
            displayName: string;
            /** @description App roles it asks for */
            roles: string[];
            secrets: components["schemas"]["Secret"][];
            /** @description Those of every kind, secrets included */
            credentials: components["schemas"]["Credential"][];
        };
        Credential: {
            /**
             * @description Of a secret and of a certificate: its keyId
             * @example 8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d
             */
            id: string;
            /** @description Today `secret`, `certificate`, `federated`; more may come. */
            kind: string;
            /** @example Production */
            displayName: string;
            /**
             * Format: date-time
             * @description When it was added, where that is known
             */
            createdAt?: string;
            /**
             * Format: date-time
             * @description When it stops working; absent of what never does
             */
            expiresAt?: string;
            /**
             * Format: date-time
             * @description When the service removes it, for it was replaced
             */
            retiresAt?: string;
            /** @description Of a secret: first characters of its value */
            hint?: string;
            /** @description Of a certificate: its SHA-1 in hex */
            thumbprint?: string;
            /** @description Of a federated one: whose tokens are taken */
            issuer?: string;
            /** @description Of a federated one: of whom */
            subject?: string;
            /** @description Of a federated one: what they must name in their `aud` */
            audience?: string;
        };
        Secret: {
            /**
             * Format: uuid
             * @description The secret's id
             * @example 8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d
             */
            keyId: string;
            /** @example Production */
            displayName: string;
            /**
             * @description First characters of the value
             * @example aB3
             */
            hint: string;
            /**
             * Format: date-time
             * @description When it was made
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it stops working
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description When the service removes it, for another one has taken its place
             */
            retiresAt?: string;
            /**
             * Format: date-time
             * @description No reminder of its end before then
             */
            snoozedUntil?: string;
        };
        FederatedPresetList: {
            items: components["schemas"]["FederatedPreset"][];
        };
        FederatedPreset: {
            /**
             * @description Sent as `preset`
             * @example github-actions
             */
            id: string;
            /** @description For people */
            title: string;
            /**
             * Format: uri
             * @description What the platform says of its tokens
             */
            documentation: string;
            /** @description Fields in braces; what stands in brackets goes with the field in it; `|guid64` writes a GUID as .NET does in base64url */
            issuer: string;
            /** @description Asked for with every scope */
            fields: components["schemas"]["PresetField"][];
            scopes: components["schemas"]["PresetScope"][];
        };
        PresetScope: {
            /**
             * @description Sent as `scope`
             * @example branch
             */
            id: string;
            /** @description For people */
            title: string;
            /** @description Fields in braces; what stands in brackets goes with the field in it; `|guid64` writes a GUID as .NET does in base64url */
            issuer?: string;
            /** @description Fields in braces; what stands in brackets goes with the field in it; `|guid64` writes a GUID as .NET does in base64url */
            subject: string;
            /** @description Asked for besides */
            fields: components["schemas"]["PresetField"][];
        };
        PresetField: {
            /**
             * @description Its name in `values`
             * @example branch
             */
            name: string;
            /** @description For people */
            title: string;
            /** @description What the whole value has to match */
            pattern: string;
            /**
             * Format: int32
             * @description Characters at most
             */
            maxLength: number;
            example: string;
            /** @description Taken when it is left out */
            default?: string;
            /**
             * @description It may be left out
             * @constant
             */
            isOptional?: true;
            /** @description It goes together with this one */
            with?: string;
            /** @description What the platform writes in the place of a character */
            written?: {
                [key: string]: unknown;
            };
        };
        /**
         * @example {
         *       "claims": {
         *         "iss": "https://token.actions.githubusercontent.com",
         *         "sub": "repo:octo-org/octo-repo:ref:refs/heads/main",
         *         "aud": "api://AzureADTokenExchange"
         *       }
         *     }
         */
        FederatedDryRunRequest: {
            /** @description The claims of a token: `iss`, `sub` and `aud`; others are passed over */
            claims?: {
                iss: string;
                sub: string;
                /** @description A text, or a list of texts */
                aud: unknown;
            } & {
                [key: string]: unknown;
            };
            /** @description A token without its signature, `header.payload`: with it, it would be a key */
            token?: string;
        };
        FederatedDryRun: {
            /** @description Whether the directory would take a token with these claims */
            taken: boolean;
            /** @description Each of the client's, the nearest first */
            compared: components["schemas"]["TrustComparison"][];
        };
        TrustComparison: {
            credential: components["schemas"]["FederatedCredential"];
            /** @description Nothing: it takes the token */
            differs: components["schemas"]["TrustDifference"][];
        };
        TrustDifference: {
            /** @description What is not the same. Today `issuer`, `subject`, `audience`; more may come. */
            part: string;
            /** @description What the credential has */
            expected: string;
            /** @description What the token has */
            presented: string;
            /** @description All that keeps it from being the same, where it is that little */
            only?: string;
        };
        FederatedCredential: {
            /**
             * Format: uuid
             * @description The credential's id
             * @example 5b3f7a62-0d1e-4c88-9a53-1c0e9f6d2b47
             */
            id: string;
            /** @description The kind of credential. Today `federated`; more may come. */
            kind: string;
            /**
             * @description Its name, which stands once in a client and stays as it is
             * @example github-main
             */
            displayName: string;
            /**
             * @description Whose tokens are taken: their `iss`
             * @example https://token.actions.githubusercontent.com
             */
            issuer: string;
            /**
             * @description Of whom: their `sub`, compared letter by letter
             * @example repo:octo-org/octo-repo:ref:refs/heads/main
             */
            subject: string;
            /**
             * @description What they must name in their `aud`
             * @example api://AzureADTokenExchange
             */
            audience: string;
            /**
             * Format: date-time
             * @description When it was made; of those that were made in the directory nobody knows
             */
            createdAt?: string;
        };
        FederatedCredentialList: {
            items: components["schemas"]["FederatedCredential"][];
        };
        /**
         * @example {
         *       "name": "github-main",
         *       "preset": "github-actions",
         *       "scope": "branch",
         *       "values": {
         *         "organization": "octo-org",
         *         "repository": "octo-repo",
         *         "branch": "main"
         *       }
         *     }
         */
        AddFederatedCredentialRequest: {
            /**
             * @description Its name, which stands once in a client and cannot be changed
             * @example github-main
             */
            name: string;
            /**
             * @description Whose tokens are taken: their `iss`. Not with a preset
             * @example https://issuer.example.com
             */
            issuer?: string;
            /**
             * @description Of whom: their `sub`, letter by letter. Not with a preset
             * @example repo:octo-org/octo-repo:ref:refs/heads/main
             */
            subject?: string & (unknown & unknown);
            /**
             * @description What they must name in their `aud`; `api://AzureADTokenExchange` when left out
             * @example api://AzureADTokenExchange
             */
            audience?: string & (unknown & unknown);
            /** @description A platform of `GET /federated-presets`, which makes issuer and subject */
            preset?: string;
            /** @description Which of the platform's tokens; may be left out where there is one only */
            scope?: string;
            /** @description What the preset asks for, by the names of its fields */
            values?: {
                [key: string]: string;
            };
        };
        RotateCertificateRequest: {
            /**
             * @description The certificate as PEM, `-----BEGIN CERTIFICATE-----` and what follows; never the private key
             * @example -----BEGIN CERTIFICATE-----
             *     MIIC…
             *     -----END CERTIFICATE-----
             */
            certificate?: string;
            /** @description The public key as a JWK with its certificate in `x5c`, instead of `certificate` */
            jwk?: components["schemas"]["CertifiedKey"];
            /** @description That of the old one when left out */
            displayName?: string;
            /**
             * Format: int32
             * @description Hours for which the old one goes on working, and no longer than it would have; 24 when left out
             * @example 24
             */
            graceHours?: number;
        };
        RotatedCertificate: {
            /**
             * Format: uuid
             * @description The certificate's id in the directory
             */
            keyId: string;
            /** @example Production */
            displayName: string;
            /**
             * @description SHA-1 of the certificate in hex, as Entra shows it
             * @example 52ED9B5038A47B9E2E2190715CC238359D4F8F73
             */
            thumbprint: string;
            /**
             * @description SHA-256 of it; absent of those that were added in the directory
             * @example E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855
             */
            thumbprintSha256?: string;
            /**
             * @description Whom it is made out to; absent as above, and in lists
             * @example CN=Nightly import
             */
            subject?: string;
            /**
             * Format: date-time
             * @description When it was added
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it stops working
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description When the service removes it, for another one has taken its place
             */
            retiresAt?: string;
            /** @description The old certificate, and when it goes; absent in an answer that is given again after it has gone */
            replaced?: components["schemas"]["ScheduledCertificate"];
        };
        ScheduledCertificate: {
            /**
             * Format: uuid
             * @description The certificate's id in the directory
             */
            keyId: string;
            /** @example Production */
            displayName: string;
            /**
             * Format: date-time
             * @description When it stops working
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description When the service removes it, for another one has taken its place
             */
            retiresAt?: string;
            /**
             * Format: date-time
             * @description No reminder of its end before then
             */
            snoozedUntil?: string;
        };
        RescheduleCertificateRequest: {
            /**
             * Format: date-time
             * @description When the service removes it; `null`: it stays until it expires
             * @example 2026-11-03T09:30:00Z
             */
            retiresAt?: string | null;
            /**
             * Format: date-time
             * @description No reminder of its end before then; `null`: reminders as they are set
             */
            snoozedUntil?: string | null;
        };
        Certificate: {
            /**
             * Format: uuid
             * @description The certificate's id in the directory
             */
            keyId: string;
            /** @example Production */
            displayName: string;
            /**
             * @description SHA-1 of the certificate in hex, as Entra shows it
             * @example 52ED9B5038A47B9E2E2190715CC238359D4F8F73
             */
            thumbprint: string;
            /**
             * @description SHA-256 of it; absent of those that were added in the directory
             * @example E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855
             */
            thumbprintSha256?: string;
            /**
             * @description Whom it is made out to; absent as above, and in lists
             * @example CN=Nightly import
             */
            subject?: string;
            /**
             * Format: date-time
             * @description When it was added
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it stops working
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description When the service removes it, for another one has taken its place
             */
            retiresAt?: string;
        };
        AddCertificateRequest: {
            /**
             * @description The certificate as PEM, `-----BEGIN CERTIFICATE-----` and what follows; never the private key
             * @example -----BEGIN CERTIFICATE-----
             *     MIIC…
             *     -----END CERTIFICATE-----
             */
            certificate?: string;
            /** @description The public key as a JWK with its certificate in `x5c`, instead of `certificate` */
            jwk?: components["schemas"]["CertifiedKey"];
            /** @description The common name of its subject when left out */
            displayName?: string;
        };
        CertificateList: {
            items: components["schemas"]["Certificate"][];
        };
        CredentialList: {
            items: components["schemas"]["Credential"][];
        };
        RotateSecretRequest: {
            /** @description That of the old one when left out */
            displayName?: string;
            /**
             * Format: int32
             * @description Days until it expires; 365 when left out
             * @example 90
             */
            lifetimeDays?: number;
            /** @description A public key, as a JWK. The answer has `secretJwe` instead of `secretText`, which only the holder of the private key can read */
            encryptTo?: components["schemas"]["EncryptionKey"];
            /**
             * Format: int32
             * @description Hours for which the old one goes on working, and no longer than it would have; 24 when left out
             * @example 24
             */
            graceHours?: number;
            /**
             * Format: uuid
             * @description The secret that goes at once, if there is no room for another
             */
            replaces?: string;
        };
        RotatedSecret: {
            /**
             * Format: uuid
             * @description The secret's id
             * @example 8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d
             */
            keyId: string;
            /** @example Production */
            displayName: string;
            /**
             * @description First characters of the value
             * @example aB3
             */
            hint: string;
            /**
             * Format: date-time
             * @description When it was made
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it stops working
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description When the service removes it, for another one has taken its place
             */
            retiresAt?: string;
            /**
             * Format: date-time
             * @description No reminder of its end before then
             */
            snoozedUntil?: string;
            /**
             * @description The value; shown in this answer and never again. Left out with `encryptTo`
             * @example aB3-the-rest-of-the-value
             */
            secretText?: string;
            /** @description With `encryptTo`: the value as a compact JWE (RFC 7516), which only the holder of the private key can read */
            secretJwe?: string;
            /**
             * @description What to do with it now, for people
             * @example Copy the value now: it is shown this once and stored nowhere.
             */
            notice: string;
            /** @description With `Prefer: wait`: whether the token endpoint has taken it, twice in a row, or had not when the time was over */
            ready?: boolean;
            /** @description The old secret, and when it goes; it may have gone already */
            replaced: components["schemas"]["ScheduledSecret"];
        };
        RescheduleSecretRequest: {
            /**
             * Format: date-time
             * @description When the service removes it; `null`: it stays until it expires
             * @example 2026-11-03T09:30:00Z
             */
            retiresAt?: string | null;
            /**
             * Format: date-time
             * @description No reminder of its end before then; `null`: reminders as they are set
             */
            snoozedUntil?: string | null;
        };
        AddSecretRequest: {
            displayName: string;
            /**
             * Format: int32
             * @description Days until it expires; 365 when left out
             * @example 90
             */
            lifetimeDays?: number;
            /** @description A public key, as a JWK. The answer has `secretJwe` instead of `secretText`, which only the holder of the private key can read */
            encryptTo?: components["schemas"]["EncryptionKey"];
        };
        SecretWithValue: {
            /**
             * Format: uuid
             * @description The secret's id
             * @example 8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d
             */
            keyId: string;
            /** @example Production */
            displayName: string;
            /**
             * @description First characters of the value
             * @example aB3
             */
            hint: string;
            /**
             * Format: date-time
             * @description When it was made
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it stops working
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description When the service removes it, for another one has taken its place
             */
            retiresAt?: string;
            /**
             * Format: date-time
             * @description No reminder of its end before then
             */
            snoozedUntil?: string;
            /**
             * @description The value; shown in this answer and never again. Left out with `encryptTo`
             * @example aB3-the-rest-of-the-value
             */
            secretText?: string;
            /** @description With `encryptTo`: the value as a compact JWE (RFC 7516), which only the holder of the private key can read */
            secretJwe?: string;
            /**
             * @description What to do with it now, for people
             * @example Copy the value now: it is shown this once and stored nowhere.
             */
            notice: string;
            /** @description With `Prefer: wait`: whether the token endpoint has taken it, twice in a row, or had not when the time was over */
            ready?: boolean;
        };
        SecretList: {
            items: components["schemas"]["Secret"][];
        };
        SuspendOwnClientRequest: {
            /** @description Why; shown with the client */
            reason: string;
        };
        OAuthClient: {
            /**
             * Format: uuid
             * @description Object id of the app registration
             */
            id: string;
            /**
             * Format: uuid
             * @description OAuth 2.0 client_id
             * @example b1d7f0a4-6a2e-4d59-8f0e-51c6f4a3b9d2
             */
            appId: string;
            /** @example Nightly import */
            displayName: string;
            /**
             * Format: date-time
             * @description When it was made
             */
            createdAt: string;
            /** @description App roles it asks for */
            roles: string[];
            consent: components["schemas"]["Consent"];
            secrets: components["schemas"]["Secret"][];
            /** @description All that end, of whichever kind; secrets are among them */
            credentials: components["schemas"]["Credential"][];
            /**
             * Format: uri
             * @description Where the client asks for access tokens
             * @example https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token
             */
            tokenEndpoint: string;
            /**
             * @description The scope it asks for
             * @example api://resource/.default
             */
            scope: string;
            /** @description While it gets no new tokens */
            suspended?: components["schemas"]["Suspended"];
            /** @description Of a deleted one, in the list of those. Its secrets come back with it and are not shown till then. */
            deleted?: components["schemas"]["Deleted"];
        };
        Deleted: {
            /**
             * Format: date-time
             * @description When it was deleted
             */
            at: string;
            /**
             * Format: date-time
             * @description Until when it can be restored, if no operator purges it
             */
            until: string;
        };
        Suspended: {
            /** @description An operator's is not the customer's to undo. Today `customer`, `operator`; more may come. */
            by: string;
            /** @description Why, in the words of whoever did it */
            reason: string;
            /**
             * Format: date-time
             * @description Since when
             */
            at: string;
        };
        Consent: {
            /** @description Today `pending`, `granted`, `rejected`, `revoked`; more may come. */
            state: string;
            /**
             * Format: date-time
             * @description When the client was asked for
             */
            requestedAt: string;
            /**
             * Format: date-time
             * @description When an administrator will have decided
             */
            dueAt: string;
            /**
             * @description Hours promised from request to decision
             * @example 24
             */
            slaHours: number;
            /**
             * Format: int32
             * @description How often administrators were reminded
             */
            remindersSent: number;
            /**
             * Format: date-time
             * @description When it was decided; absent while it is pending
             */
            decidedAt?: string;
            /** @description Why it was rejected */
            reason?: string;
            /**
             * @description The state as a sentence for people
             * @example An administrator has been asked to consent; a decision is due by 2026-11-03 09:30 UTC (within 24 hours). Until then the client's tokens carry no scope.
             */
            message: string;
        };
        WatchRequest: {
            /** @description In which times are told: an IANA name */
            timeZone?: string;
        };
        Watch: {
            /** @description Whether you are told by mail before a secret of it ends */
            watching: boolean;
            /** @description Whether you watch every client of your subscription */
            everyClient: boolean;
            /**
             * @description Where letters go, or would go; absent where you cannot be told by mail
             * @example ann@contoso.example
             */
            email?: string;
            /**
             * @description In which times are told; the company's own when you have not said yours
             * @example Europe/Berlin
             */
            timeZone?: string;
            /**
             * Format: date-time
             * @description Since when
             */
            since?: string;
        };
        ActivityList: {
            items: components["schemas"]["Activity"][];
            /** @description Send as `cursor` for older ones */
            nextCursor?: string;
        };
        Activity: {
            /** @description Names the change; one change leaves one entry */
            id: string;
            /**
             * Format: date-time
             * @description When the change ended
             */
            at: string;
            /** @description Who asked for it */
            actor: {
                /** @description `customer`, `operator`: a person; `client`: an app for itself; `service`: this service; `directory`: found there. Today `customer`, `operator`, `client`, `service`, `directory`; more may come. */
                kind: string;
                /** @description `iss` of the token */
                issuer?: string;
                /** @description Who that is, as the issuer names them */
                subject?: string;
                /** @description As they call themselves */
                displayName?: string;
            };
            /**
             * @description What was done: the type of its event, if it has one
             * @example secret.created
             */
            action: string;
            /** @description The customer */
            subscription: string;
            /**
             * Format: uuid
             * @description Absent for a client that was never made
             */
            clientId?: string;
            /**
             * Format: uuid
             * @description `keyId` of the secret
             */
            credentialId?: string;
            /** @description `Request-Id` of the answer */
            requestId?: string;
            /** @description `done`; otherwise nothing is left of it: `refused` by the directory, which was `unavailable`, `undone` after a host died, `given-up` by an operator. Today `done`, `refused`, `unavailable`, `undone`, `given-up`; more may come. */
            outcome: string;
            /** @description Names, times and reasons */
            detail?: {
                [key: string]: unknown;
            };
        };
        RenameClientRequest: {
            displayName: string;
        };
        OAuthClientList: {
            items: components["schemas"]["OAuthClient"][];
            /**
             * @description Send as `cursor` for the next page
             * @example PwwcnksdTgqaU29dHwt8EQ
             */
            nextCursor?: string;
        };
        CreateClientRequest: {
            displayName: string;
            /**
             * @description App roles; both of the resource API when left out
             * @default [
             *       "api.read",
             *       "api.write"
             *     ]
             * @example [
             *       "api.read"
             *     ]
             */
            roles?: components["schemas"]["ClientRole"][];
        };
        /**
         * @description App role of the resource API, or `keys.rotate` of this one: the client may rotate its own secrets
         * @enum {string}
         */
        ClientRole: "api.read" | "api.write" | "keys.rotate";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description The page's origin, where it is one of those that may call. */
        "Access-Control-Allow-Origin": string;
        /** @description Those allowances: how many in how many seconds. */
        "RateLimit-Policy": string;
        /** @description What is left of the caller's allowances in this minute, where they are counted (draft-ietf-httpapi-ratelimit-headers). */
        RateLimit: string;
        /** @description Names this request. Quote it when you ask for help; a problem has it as `instance`. */
        "Request-Id": string;
        /** @description Strong validator of all that is shown. Send it as `If-Match` to change only what you have seen, as `If-None-Match` to be spared what you have. */
        ETag: string;
        /** @description `true` on an answer that an earlier request under the same key was given. */
        "Idempotent-Replayed": string;
        /** @description The `wait` that was honoured, where one was asked for (RFC 7240). */
        "Preference-Applied": string;
        /** @description Of an answer in lines: where the next page is (`rel=next`), if there is one. */
        Link: string;
        /** @description Where what was made can be read. */
        Location: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listClients: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 (20) */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description `deleted`: those that were deleted and can be restored (active) */
                state?: "active" | "deleted";
            };
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of clients */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
                     *           "appId": "b1d7f0a4-6a2e-4d59-8f0e-51c6f4a3b9d2",
                     *           "displayName": "Nightly import",
                     *           "createdAt": "2026-11-02T09:30:00.000Z",
                     *           "roles": [
                     *             "api.read"
                     *           ],
                     *           "consent": {
                     *             "state": "pending",
                     *             "requestedAt": "2026-11-02T09:30:00.000Z",
                     *             "dueAt": "2026-11-02T09:30:00.000Z",
                     *             "slaHours": 24,
                     *             "remindersSent": 1,
                     *             "message": "An administrator has been asked to consent; a decision is due by 2026-11-03 09:30 UTC (within 24 hours). Until then the client's tokens carry no scope."
                     *           },
                     *           "secrets": [
                     *             {
                     *               "keyId": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *               "displayName": "Production",
                     *               "hint": "aB3",
                     *               "createdAt": "2026-11-02T09:30:00.000Z",
                     *               "expiresAt": "2026-11-02T09:30:00.000Z"
                     *             }
                     *           ],
                     *           "credentials": [
                     *             {
                     *               "id": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *               "kind": "secret",
                     *               "displayName": "Production"
                     *             }
                     *           ],
                     *           "tokenEndpoint": "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token",
                     *           "scope": "api://resource/.default"
                     *         }
                     *       ],
                     *       "nextCursor": "PwwcnksdTgqaU29dHwt8EQ"
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthClientList"];
                };
            };
        };
    };
    createClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing you want done. Asked again under it within 24 hours, nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "displayName": "text",
                 *       "roles": [
                 *         "api.read"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["CreateClientRequest"];
            };
        };
        responses: {
            /** @description The client; its consent is pending */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
                     *       "appId": "b1d7f0a4-6a2e-4d59-8f0e-51c6f4a3b9d2",
                     *       "displayName": "Nightly import",
                     *       "createdAt": "2026-11-02T09:30:00.000Z",
                     *       "roles": [
                     *         "api.read"
                     *       ],
                     *       "consent": {
                     *         "state": "pending",
                     *         "requestedAt": "2026-11-02T09:30:00.000Z",
                     *         "dueAt": "2026-11-02T09:30:00.000Z",
                     *         "slaHours": 24,
                     *         "remindersSent": 1,
                     *         "message": "An administrator has been asked to consent; a decision is due by 2026-11-03 09:30 UTC (within 24 hours). Until then the client's tokens carry no scope."
                     *       },
                     *       "secrets": [
                     *         {
                     *           "keyId": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *           "displayName": "Production",
                     *           "hint": "aB3",
                     *           "createdAt": "2026-11-02T09:30:00.000Z",
                     *           "expiresAt": "2026-11-02T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "credentials": [
                     *         {
                     *           "id": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *           "kind": "secret",
                     *           "displayName": "Production"
                     *         }
                     *       ],
                     *       "tokenEndpoint": "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token",
                     *       "scope": "api://resource/.default"
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthClient"];
                };
            };
        };
    };
    getClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
                     *       "appId": "b1d7f0a4-6a2e-4d59-8f0e-51c6f4a3b9d2",
                     *       "displayName": "Nightly import",
                     *       "createdAt": "2026-11-02T09:30:00.000Z",
                     *       "roles": [
                     *         "api.read"
                     *       ],
                     *       "consent": {
                     *         "state": "pending",
                     *         "requestedAt": "2026-11-02T09:30:00.000Z",
                     *         "dueAt": "2026-11-02T09:30:00.000Z",
                     *         "slaHours": 24,
                     *         "remindersSent": 1,
                     *         "message": "An administrator has been asked to consent; a decision is due by 2026-11-03 09:30 UTC (within 24 hours). Until then the client's tokens carry no scope."
                     *       },
                     *       "secrets": [
                     *         {
                     *           "keyId": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *           "displayName": "Production",
                     *           "hint": "aB3",
                     *           "createdAt": "2026-11-02T09:30:00.000Z",
                     *           "expiresAt": "2026-11-02T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "credentials": [
                     *         {
                     *           "id": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *           "kind": "secret",
                     *           "displayName": "Production"
                     *         }
                     *       ],
                     *       "tokenEndpoint": "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token",
                     *       "scope": "api://resource/.default"
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthClient"];
                };
            };
        };
    };
    deleteClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if it has not changed since it was read with this `ETag`; else 412. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    renameClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if it has not changed since it was read with this `ETag`; else 412. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "displayName": "text"
                 *     }
                 */
                "application/json": components["schemas"]["RenameClientRequest"];
            };
        };
        responses: {
            /** @description Renamed */
            204: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listClientActivity: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 1000 (100) */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "text",
                     *           "at": "2026-11-02T09:30:00.000Z",
                     *           "actor": {
                     *             "kind": "customer"
                     *           },
                     *           "action": "secret.created",
                     *           "subscription": "text",
                     *           "outcome": "done"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ActivityList"];
                    /** @example {"id":"text","at":"2026-11-02T09:30:00.000Z","actor":{"kind":"customer"},"action":"secret.created","subscription":"text","outcome":"done"} */
                    "application/x-ndjson": string;
                };
            };
        };
    };
    getSubscriptionWatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How you stand to it */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "watching": true,
                     *       "everyClient": true,
                     *       "email": "ann@contoso.example",
                     *       "timeZone": "Europe/Berlin"
                     *     }
                     */
                    "application/json": components["schemas"]["Watch"];
                };
            };
        };
    };
    watchSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["WatchRequest"];
            };
        };
        responses: {
            /** @description How you stand to it */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "watching": true,
                     *       "everyClient": true,
                     *       "email": "ann@contoso.example",
                     *       "timeZone": "Europe/Berlin"
                     *     }
                     */
                    "application/json": components["schemas"]["Watch"];
                };
            };
        };
    };
    unwatchSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Not watched by you any more */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getClientWatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How you stand to it */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "watching": true,
                     *       "everyClient": true,
                     *       "email": "ann@contoso.example",
                     *       "timeZone": "Europe/Berlin"
                     *     }
                     */
                    "application/json": components["schemas"]["Watch"];
                };
            };
        };
    };
    watchClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["WatchRequest"];
            };
        };
        responses: {
            /** @description How you stand to it */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "watching": true,
                     *       "everyClient": true,
                     *       "email": "ann@contoso.example",
                     *       "timeZone": "Europe/Berlin"
                     *     }
                     */
                    "application/json": components["schemas"]["Watch"];
                };
            };
        };
    };
    unwatchClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Not watched by you any more */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    restoreOwnClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing you want done. Asked again under it within 24 hours, nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client, as it is from now on */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
                     *       "appId": "b1d7f0a4-6a2e-4d59-8f0e-51c6f4a3b9d2",
                     *       "displayName": "Nightly import",
                     *       "createdAt": "2026-11-02T09:30:00.000Z",
                     *       "roles": [
                     *         "api.read"
                     *       ],
                     *       "consent": {
                     *         "state": "pending",
                     *         "requestedAt": "2026-11-02T09:30:00.000Z",
                     *         "dueAt": "2026-11-02T09:30:00.000Z",
                     *         "slaHours": 24,
                     *         "remindersSent": 1,
                     *         "message": "An administrator has been asked to consent; a decision is due by 2026-11-03 09:30 UTC (within 24 hours). Until then the client's tokens carry no scope."
                     *       },
                     *       "secrets": [
                     *         {
                     *           "keyId": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *           "displayName": "Production",
                     *           "hint": "aB3",
                     *           "createdAt": "2026-11-02T09:30:00.000Z",
                     *           "expiresAt": "2026-11-02T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "credentials": [
                     *         {
                     *           "id": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *           "kind": "secret",
                     *           "displayName": "Production"
                     *         }
                     *       ],
                     *       "tokenEndpoint": "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token",
                     *       "scope": "api://resource/.default"
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthClient"];
                };
            };
        };
    };
    suspendOwnClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing you want done. Asked again under it within 24 hours, nothing is done twice. */
                "Idempotency-Key"?: string;
                /** @description Only if it has not changed since it was read with this `ETag`; else 412. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "text"
                 *     }
                 */
                "application/json": components["schemas"]["SuspendOwnClientRequest"];
            };
        };
        responses: {
            /** @description Stopped */
            204: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    resumeOwnClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing you want done. Asked again under it within 24 hours, nothing is done twice. */
                "Idempotency-Key"?: string;
                /** @description Only if it has not changed since it was read with this `ETag`; else 412. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Going on */
            204: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listSecrets: {
        parameters: {
            query?: never;
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client's secrets */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "keyId": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *           "displayName": "Production",
                     *           "hint": "aB3",
                     *           "createdAt": "2026-11-02T09:30:00.000Z",
                     *           "expiresAt": "2026-11-02T09:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SecretList"];
                };
            };
        };
    };
    addSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing you want done. Asked again under it within 24 hours, nothing is done twice. */
                "Idempotency-Key"?: string;
                /** @description `wait=N`: answer when the new secret works, in N seconds at the latest, 60 at most (RFC 7240). The service asks the token endpoint meanwhile; `ready` says what it found. */
                Prefer?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "displayName": "text",
                 *       "lifetimeDays": 90
                 *     }
                 */
                "application/json": components["schemas"]["AddSecretRequest"];
            };
        };
        responses: {
            /** @description The secret with its value */
            201: {
                headers: {
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keyId": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *       "displayName": "Production",
                     *       "hint": "aB3",
                     *       "createdAt": "2026-11-02T09:30:00.000Z",
                     *       "expiresAt": "2026-11-02T09:30:00.000Z",
                     *       "secretText": "aB3-the-rest-of-the-value",
                     *       "notice": "Copy the value now: it is shown this once and stored nowhere."
                     *     }
                     */
                    "application/json": components["schemas"]["SecretWithValue"];
                };
            };
        };
    };
    getSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
                /**
                 * @description Which secret, by its keyId
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The secret */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keyId": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *       "displayName": "Production",
                     *       "hint": "aB3",
                     *       "createdAt": "2026-11-02T09:30:00.000Z",
                     *       "expiresAt": "2026-11-02T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Secret"];
                };
            };
        };
    };
    removeSecret: {
        parameters: {
            query?: {
                /** @description `last`: also where the client gets no more tokens then */
                confirm?: "last";
            };
            header?: never;
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
                /**
                 * @description Which secret, by its keyId
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    rescheduleSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
                /**
                 * @description Which secret, by its keyId
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "retiresAt": "2026-11-03T09:30:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["RescheduleSecretRequest"];
            };
        };
        responses: {
            /** @description The secret as it is on record now */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keyId": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *       "displayName": "Production",
                     *       "expiresAt": "2026-11-02T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ScheduledSecret"];
                };
            };
        };
    };
    rotateSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing you want done. Asked again under it within 24 hours, nothing is done twice. */
                "Idempotency-Key"?: string;
                /** @description `wait=N`: answer when the new secret works, in N seconds at the latest, 60 at most (RFC 7240). The service asks the token endpoint meanwhile; `ready` says what it found. */
                Prefer?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
                /**
                 * @description Which secret, by its keyId
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "lifetimeDays": 90,
                 *       "graceHours": 24
                 *     }
                 */
                "application/json": components["schemas"]["RotateSecretRequest"];
            };
        };
        responses: {
            /** @description The new secret with its value, and when the old one goes */
            201: {
                headers: {
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keyId": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *       "displayName": "Production",
                     *       "hint": "aB3",
                     *       "createdAt": "2026-11-02T09:30:00.000Z",
                     *       "expiresAt": "2026-11-02T09:30:00.000Z",
                     *       "secretText": "aB3-the-rest-of-the-value",
                     *       "notice": "Copy the value now: it is shown this once and stored nowhere.",
                     *       "replaced": {
                     *         "keyId": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *         "displayName": "Production",
                     *         "expiresAt": "2026-11-02T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["RotatedSecret"];
                };
            };
        };
    };
    listCredentials: {
        parameters: {
            query?: never;
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client's credentials */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *           "kind": "secret",
                     *           "displayName": "Production"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CredentialList"];
                };
            };
        };
    };
    listCertificates: {
        parameters: {
            query?: never;
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client's certificates */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "keyId": "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
                     *           "displayName": "Production",
                     *           "thumbprint": "52ED9B5038A47B9E2E2190715CC238359D4F8F73",
                     *           "thumbprintSha256": "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                     *           "subject": "CN=Nightly import",
                     *           "createdAt": "2026-11-02T09:30:00.000Z",
                     *           "expiresAt": "2026-11-02T09:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CertificateList"];
                };
            };
        };
    };
    addCertificate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing you want done. Asked again under it within 24 hours, nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "certificate": "-----BEGIN CERTIFICATE-----\nMIIC…\n-----END CERTIFICATE-----\n"
                 *     }
                 */
                "application/json": components["schemas"]["AddCertificateRequest"];
            };
        };
        responses: {
            /** @description The certificate */
            201: {
                headers: {
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keyId": "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
                     *       "displayName": "Production",
                     *       "thumbprint": "52ED9B5038A47B9E2E2190715CC238359D4F8F73",
                     *       "thumbprintSha256": "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                     *       "subject": "CN=Nightly import",
                     *       "createdAt": "2026-11-02T09:30:00.000Z",
                     *       "expiresAt": "2026-11-02T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Certificate"];
                };
            };
        };
    };
    getCertificate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
                /**
                 * @description Which secret, by its keyId
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The certificate */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keyId": "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
                     *       "displayName": "Production",
                     *       "thumbprint": "52ED9B5038A47B9E2E2190715CC238359D4F8F73",
                     *       "thumbprintSha256": "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                     *       "subject": "CN=Nightly import",
                     *       "createdAt": "2026-11-02T09:30:00.000Z",
                     *       "expiresAt": "2026-11-02T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Certificate"];
                };
            };
        };
    };
    removeCertificate: {
        parameters: {
            query?: {
                /** @description `last`: also where the client gets no more tokens then */
                confirm?: "last";
            };
            header?: never;
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
                /**
                 * @description Which secret, by its keyId
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    rescheduleCertificate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
                /**
                 * @description Which secret, by its keyId
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "retiresAt": "2026-11-03T09:30:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["RescheduleCertificateRequest"];
            };
        };
        responses: {
            /** @description The certificate as it is on record now */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keyId": "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
                     *       "displayName": "Production",
                     *       "expiresAt": "2026-11-02T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ScheduledCertificate"];
                };
            };
        };
    };
    rotateCertificate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing you want done. Asked again under it within 24 hours, nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
                /**
                 * @description Which secret, by its keyId
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "certificate": "-----BEGIN CERTIFICATE-----\nMIIC…\n-----END CERTIFICATE-----\n",
                 *       "graceHours": 24
                 *     }
                 */
                "application/json": components["schemas"]["RotateCertificateRequest"];
            };
        };
        responses: {
            /** @description The new certificate, and when the old one goes */
            201: {
                headers: {
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keyId": "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
                     *       "displayName": "Production",
                     *       "thumbprint": "52ED9B5038A47B9E2E2190715CC238359D4F8F73",
                     *       "thumbprintSha256": "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                     *       "subject": "CN=Nightly import",
                     *       "createdAt": "2026-11-02T09:30:00.000Z",
                     *       "expiresAt": "2026-11-02T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["RotatedCertificate"];
                };
            };
        };
    };
    listFederatedCredentials: {
        parameters: {
            query?: never;
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credentials */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "5b3f7a62-0d1e-4c88-9a53-1c0e9f6d2b47",
                     *           "kind": "federated",
                     *           "displayName": "github-main",
                     *           "issuer": "https://token.actions.githubusercontent.com",
                     *           "subject": "repo:octo-org/octo-repo:ref:refs/heads/main",
                     *           "audience": "api://AzureADTokenExchange"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["FederatedCredentialList"];
                };
            };
        };
    };
    addFederatedCredential: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing you want done. Asked again under it within 24 hours, nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "github-main",
                 *       "preset": "github-actions",
                 *       "scope": "branch",
                 *       "values": {
                 *         "organization": "octo-org",
                 *         "repository": "octo-repo",
                 *         "branch": "main"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["AddFederatedCredentialRequest"];
            };
        };
        responses: {
            /** @description The credential */
            201: {
                headers: {
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "5b3f7a62-0d1e-4c88-9a53-1c0e9f6d2b47",
                     *       "kind": "federated",
                     *       "displayName": "github-main",
                     *       "issuer": "https://token.actions.githubusercontent.com",
                     *       "subject": "repo:octo-org/octo-repo:ref:refs/heads/main",
                     *       "audience": "api://AzureADTokenExchange"
                     *     }
                     */
                    "application/json": components["schemas"]["FederatedCredential"];
                };
            };
        };
    };
    tryFederatedToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing you want done. Asked again under it within 24 hours, nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "claims": {
                 *         "iss": "https://token.actions.githubusercontent.com",
                 *         "sub": "repo:octo-org/octo-repo:ref:refs/heads/main",
                 *         "aud": "api://AzureADTokenExchange"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FederatedDryRunRequest"];
            };
        };
        responses: {
            /** @description What was compared */
            200: {
                headers: {
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "taken": true,
                     *       "compared": [
                     *         {
                     *           "credential": {
                     *             "id": "5b3f7a62-0d1e-4c88-9a53-1c0e9f6d2b47",
                     *             "kind": "federated",
                     *             "displayName": "github-main",
                     *             "issuer": "https://token.actions.githubusercontent.com",
                     *             "subject": "repo:octo-org/octo-repo:ref:refs/heads/main",
                     *             "audience": "api://AzureADTokenExchange"
                     *           },
                     *           "differs": [
                     *             {
                     *               "part": "issuer",
                     *               "expected": "text",
                     *               "presented": "text"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["FederatedDryRun"];
                };
            };
        };
    };
    removeFederatedCredential: {
        parameters: {
            query?: {
                /** @description `last`: also where the client gets no more tokens then */
                confirm?: "last";
            };
            header?: never;
            path: {
                /**
                 * @description Which one, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                id: string;
                /**
                 * @description Which credential, by its id
                 * @example 3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11
                 */
                credentialId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listFederatedPresets: {
        parameters: {
            query?: never;
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The presets */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "github-actions",
                     *           "title": "text",
                     *           "documentation": "https://example.com/",
                     *           "issuer": "text",
                     *           "fields": [
                     *             {
                     *               "name": "branch",
                     *               "title": "text",
                     *               "pattern": "text",
                     *               "maxLength": 1,
                     *               "example": "text"
                     *             }
                     *           ],
                     *           "scopes": [
                     *             {
                     *               "id": "branch",
                     *               "title": "text",
                     *               "subject": "text",
                     *               "fields": [
                     *                 {
                     *                   "name": "branch",
                     *                   "title": "text",
                     *                   "pattern": "text",
                     *                   "maxLength": 1,
                     *                   "example": "text"
                     *                 }
                     *               ]
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["FederatedPresetList"];
                };
            };
        };
    };
    getSelf: {
        parameters: {
            query?: never;
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
                     *       "appId": "b1d7f0a4-6a2e-4d59-8f0e-51c6f4a3b9d2",
                     *       "displayName": "Nightly import",
                     *       "roles": [
                     *         "api.read"
                     *       ],
                     *       "secrets": [
                     *         {
                     *           "keyId": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *           "displayName": "Production",
                     *           "hint": "aB3",
                     *           "createdAt": "2026-11-02T09:30:00.000Z",
                     *           "expiresAt": "2026-11-02T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "credentials": [
                     *         {
                     *           "id": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *           "kind": "secret",
                     *           "displayName": "Production"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["OwnClient"];
                };
            };
        };
    };
    rotateOwnSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing you want done. Asked again under it within 24 hours, nothing is done twice. */
                "Idempotency-Key"?: string;
                /** @description `wait=N`: answer when the new secret works, in N seconds at the latest, 60 at most (RFC 7240). The service asks the token endpoint meanwhile; `ready` says what it found. */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "lifetimeDays": 90,
                 *       "graceHours": 24
                 *     }
                 */
                "application/json": components["schemas"]["RotateOwnSecretRequest"];
            };
        };
        responses: {
            /** @description The new credential, and when the old one goes */
            201: {
                headers: {
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "secret",
                     *       "keyId": "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
                     *       "displayName": "Production",
                     *       "hint": "aB3",
                     *       "createdAt": "2026-11-02T09:30:00.000Z",
                     *       "expiresAt": "2027-01-31T09:30:00.000Z",
                     *       "secretText": "aB3-the-rest-of-the-value",
                     *       "notice": "Copy the value now: it is shown this once and stored nowhere.",
                     *       "replaced": {
                     *         "keyId": "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
                     *         "displayName": "Production",
                     *         "expiresAt": "2026-12-02T09:30:00.000Z",
                     *         "retiresAt": "2026-11-03T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["RotatedOwnCredential"];
                };
            };
        };
    };
    getLimits: {
        parameters: {
            query?: never;
            header?: {
                /** @description Spares the answer, with 304, while it is the one with this `ETag`. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The limits */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Request-Id": components["headers"]["Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "limits": {
                     *         "secretsPerClient": 2,
                     *         "secretLifetimeDays": 365
                     *       },
                     *       "credentials": [
                     *         {
                     *           "kind": "secret",
                     *           "allowed": true
                     *         }
                     *       ],
                     *       "secrets": "allowed"
                     *     }
                     */
                    "application/json": components["schemas"]["About"];
                };
            };
        };
    };
}
