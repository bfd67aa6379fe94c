import * as z from "zod";
import { ROTATE_ROLE } from "../../../shared/clients/client.ts";
import { CredentialKind } from "../../../shared/clients/credential.ts";
import { shape } from "../../edge/shape.ts";

/** What the portal's forms know of the service before they are filled in. */
export const AboutShape = shape(() =>
  z
    .strictObject({
      limits: z.strictObject({
        secretsPerClient: z
          .int()
          .min(1)
          .max(1000)
          .optional()
          .meta({ examples: [2] })
          .describe("Secrets a client may have at once, where the directory has such a limit"),
        secretLifetimeDays: z
          .int()
          .min(1)
          .max(3650)
          .meta({ examples: [365] })
          .describe("The longest lifetime of a secret"),
      }),
      credentials: z
        .array(
          z
            .strictObject({
              kind: CredentialKind,
              allowed: z.boolean().describe("Whether a client may get another one"),
              why: z
                .enum(["directory", "setting"])
                .optional()
                .describe("Why not: the token endpoint does not take it, or the operators"),
            })
            .meta({ id: "CredentialKindAllowed" }),
        )
        .max(3)
        .describe("Kinds of credentials, and which of them clients may get here"),
      secrets: z
        .enum(["allowed", "discouraged", "forbidden"])
        .describe("`discouraged`: another kind is better where the program can use it"),
      selfRotation: z
        .strictObject({
          role: z.literal(ROTATE_ROLE).describe("The app role that a client asks for"),
          scope: z
            .string()
            .max(500)
            .describe("The scope it asks for, at its token endpoint, before it calls `/self`")
            .meta({ examples: ["https://contoso.example.com/latchkey-keys/.default"] }),
        })
        .meta({ id: "SelfRotation" })
        .optional()
        .describe("How a client rotates its own credentials; left out where it cannot"),
      sampleCall: z.url().max(2048).optional().describe("What samples call with their token"),
    })
    .meta({ id: "About" }),
);
