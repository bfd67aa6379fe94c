import * as z from "zod";
import { shape } from "../../edge/shape.ts";

const name = z.string().max(40);
const title = z.string().max(100).describe("For people");

const FieldShape = shape(() =>
  z
    .strictObject({
      name: name.describe("Its name in `values`").meta({ examples: ["branch"] }),
      title,
      pattern: z.string().max(200).describe("What the whole value has to match"),
      maxLength: z.int().min(1).max(600).describe("Characters at most"),
      example: z.string().max(200),
      default: z.string().max(200).optional().describe("Taken when it is left out"),
      isOptional: z.literal(true).optional().describe("It may be left out"),
      with: name.optional().describe("It goes together with this one"),
      written: z
        .record(z.string().max(4), z.string().max(12))
        .optional()
        .describe("What the platform writes in the place of a character"),
    })
    .meta({ id: "PresetField" }),
);

const template = z
  .string()
  .max(300)
  .describe(
    "Fields in braces; what stands in brackets goes with the field in it; `|guid64` writes a GUID as .NET does in base64url",
  );

const PresetShape = shape(() =>
  z
    .strictObject({
      id: name.describe("Sent as `preset`").meta({ examples: ["github-actions"] }),
      title,
      documentation: z.url().max(300).describe("What the platform says of its tokens"),
      issuer: template,
      fields: z.array(FieldShape()).max(20).describe("Asked for with every scope"),
      scopes: z
        .array(
          z
            .strictObject({
              id: name.describe("Sent as `scope`").meta({ examples: ["branch"] }),
              title,
              issuer: template.optional(),
              subject: template,
              fields: z.array(FieldShape()).max(20).describe("Asked for besides"),
            })
            .meta({ id: "PresetScope" }),
        )
        .max(20),
    })
    .meta({ id: "FederatedPreset" }),
);

export const PresetListShape = shape(() =>
  z.strictObject({ items: z.array(PresetShape()).max(100) }).meta({ id: "FederatedPresetList" }),
);
