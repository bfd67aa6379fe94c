import * as z from "zod";
import type { FederatedCredential } from "../../../shared/clients/credential.ts";
import { MAX_FEDERATED_PART } from "../../../shared/clients/federated/federated.ts";
import type { Compared } from "../../../shared/clients/federated/match.ts";
import { type Shaped, shape } from "../../edge/shape.ts";

/** What the API shows of federated credentials. An administrator may have made one that this service would not. */

const part = z.string().max(MAX_FEDERATED_PART);

export const FederatedCredentialShape = shape(() =>
  z
    .strictObject({
      id: z
        .guid()
        .describe("The credential's id")
        .meta({ examples: ["5b3f7a62-0d1e-4c88-9a53-1c0e9f6d2b47"] }),
      kind: z.literal("federated").describe("The kind of credential"),
      displayName: z
        .string()
        .max(256)
        .describe("Its name, which stands once in a client and stays as it is")
        .meta({ examples: ["github-main"] }),
      issuer: part
        .describe("Whose tokens are taken: their `iss`")
        .meta({ examples: ["https://token.actions.githubusercontent.com"] }),
      subject: part
        .describe("Of whom: their `sub`, compared letter by letter")
        .meta({ examples: ["repo:octo-org/octo-repo:ref:refs/heads/main"] }),
      audience: part
        .describe("What they must name in their `aud`")
        .meta({ examples: ["api://AzureADTokenExchange"] }),
      createdAt: z.iso
        .datetime()
        .optional()
        .describe("When it was made; of those that were made in the directory nobody knows"),
    })
    .meta({ id: "FederatedCredential" }),
);

export const FederatedListShape = shape(() =>
  z
    .strictObject({ items: z.array(FederatedCredentialShape()) })
    .meta({ id: "FederatedCredentialList" }),
);

export const showFederated = ({
  createdAt,
  ...credential
}: FederatedCredential): Shaped<typeof FederatedCredentialShape> => ({
  ...credential,
  kind: "federated",
  ...(createdAt && { createdAt: createdAt.toISOString() }),
});

const DifferenceShape = shape(() =>
  z
    .strictObject({
      part: z.enum(["issuer", "subject", "audience"]).describe("What is not the same"),
      expected: part.describe("What the credential has"),
      presented: z.string().max(4096).describe("What the token has"),
      only: z
        .enum(["case", "closing-slash", "blanks"])
        .optional()
        .describe("All that keeps it from being the same, where it is that little"),
    })
    .meta({ id: "TrustDifference" }),
);

export const DryRunShape = shape(() =>
  z
    .strictObject({
      taken: z.boolean().describe("Whether the directory would take a token with these claims"),
      compared: z
        .array(
          z
            .strictObject({
              credential: FederatedCredentialShape(),
              differs: z.array(DifferenceShape()).max(3).describe("Nothing: it takes the token"),
            })
            .meta({ id: "TrustComparison" }),
        )
        .describe("Each of the client's, the nearest first"),
    })
    .meta({ id: "FederatedDryRun" }),
);

export const showDryRun = (compared: readonly Compared[]): Shaped<typeof DryRunShape> => ({
  taken: compared.some(({ differs }) => differs.length === 0),
  compared: compared.map(({ credential, differs }) => ({
    credential: showFederated(credential),
    differs: differs.map((difference) => ({ ...difference })),
  })),
});
