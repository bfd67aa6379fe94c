import * as z from "zod";
import { CredentialKind } from "../../../shared/clients/credential.ts";
import { shape } from "../../edge/shape.ts";
import { certificateFields, hasOneAtMost } from "../credentials/certificate-body.ts";
import { Pem } from "../credentials/certificate-input.ts";
import { CertificateShape } from "../credentials/certificate-shapes.ts";
import { ReplacedShape } from "../credentials/secret-shapes.ts";
import { rotateBody } from "../credentials/secrets-rotate.ts";
import { NewSecretShape } from "../shapes.ts";

/** What a client asks for of its own credentials, and is answered: one route for both kinds that end. */

/** What is said of a secret that the service makes; a certificate comes with all of it. */
const OF_A_SECRET = ["lifetimeDays", "encryptTo", "replaces"] as const;

export const selfRotateBody = (deps: Parameters<typeof rotateBody>[0]) =>
  rotateBody(deps)
    .extend({
      ...certificateFields,
      // An example of the whole is made of examples of its members: not of both kinds at once.
      certificate: Pem.meta({ examples: undefined }).optional(),
      keyId: z
        .guid({ error: "must be a keyId" })
        .toLowerCase()
        .optional()
        .describe(
          "The secret, or with a certificate the certificate, to be replaced; of those that work and are not retiring the one that ends first when left out",
        ),
    })
    .superRefine((body, context) => {
      if (!hasOneAtMost(body))
        context.addIssue({
          code: "custom",
          message: "must not come with jwk: one of the two",
          path: ["certificate"],
        });
      if (!bringsCertificate(body)) return;
      for (const member of OF_A_SECRET)
        if (body[member] !== undefined)
          context.addIssue({ code: "custom", message: "goes with a secret only", path: [member] });
    })
    .meta({ id: "RotateOwnSecretRequest" });

export type SelfRotateBody = z.infer<ReturnType<typeof selfRotateBody>>;

/** Whether it is a certificate that is replaced: by the one that was sent. */
export const bringsCertificate = ({
  certificate,
  jwk,
}: Pick<SelfRotateBody, "certificate" | "jwk">): boolean =>
  certificate !== undefined || jwk !== undefined;

/** Flat, with what each kind has: generators of clients make little of a choice between two shapes. */
export const RotatedOwnShape = shape(() =>
  z
    .strictObject({
      kind: CredentialKind.exclude(["federated"]).describe("What was replaced"),
      ...NewSecretShape().shape,
      hint: NewSecretShape().shape.hint.optional(),
      notice: NewSecretShape().shape.notice.optional(),
      ...CertificateShape()
        .pick({ thumbprint: true, thumbprintSha256: true, subject: true })
        .partial().shape,
      replaced: ReplacedShape()
        .optional()
        .describe(
          "The old one, and when it goes; it may have gone already, and is left out of an answer that is given again after that",
        ),
    })
    .meta({
      id: "RotatedOwnCredential",
      // Not the members of both kinds at once.
      examples: [
        {
          kind: "secret",
          keyId: "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d",
          displayName: "Production",
          hint: "aB3",
          createdAt: "2026-11-02T09:30:00.000Z",
          expiresAt: "2027-01-31T09:30:00.000Z",
          secretText: "aB3-the-rest-of-the-value",
          notice: "Copy the value now: it is shown this once and stored nowhere.",
          replaced: {
            keyId: "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
            displayName: "Production",
            expiresAt: "2026-12-02T09:30:00.000Z",
            retiresAt: "2026-11-03T09:30:00.000Z",
          },
        },
      ],
    }),
);
