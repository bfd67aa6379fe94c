import * as z from "zod";
import type { Answer, Asked } from "../support/stand-in.ts";

const refuse = (type: string, status = 400): Answer => ({
  status,
  body: { __type: type, Message: type },
});
const Token = z.string().min(32).max(64);
const Get = z.strictObject({ SecretId: z.string() });
const Put = Get.extend({ SecretString: z.string(), ClientRequestToken: Token });
const Create = z.strictObject({
  Name: z.string(),
  SecretString: z.string(),
  ClientRequestToken: Token,
});

/** AWS Secrets Manager by AWS JSON 1.1: the operation is in a header, and refusals are told by `__type`. */
export function secretsManager() {
  const state = { stored: new Map<string, string>(), mayWrite: true };
  const answer = ({ method, path, headers, body }: Asked): Answer => {
    const { stored } = state;
    if (method !== "POST" || path !== "/") return refuse("UnknownOperationException", 404);
    if (!headers.authorization?.includes("Credential=AKIDEXAMPLE/"))
      return refuse("UnrecognizedClientException");
    switch (headers["x-amz-target"]) {
      case "secretsmanager.GetSecretValue": {
        const { SecretId } = Get.parse(body);
        const SecretString = stored.get(SecretId);
        if (SecretString === undefined) return refuse("ResourceNotFoundException");
        return { status: 200, body: { Name: SecretId, SecretString } };
      }
      case "secretsmanager.PutSecretValue": {
        if (!state.mayWrite) return refuse("AccessDeniedException");
        const { SecretId, SecretString } = Put.parse(body);
        if (!stored.has(SecretId)) return refuse("ResourceNotFoundException");
        stored.set(SecretId, SecretString);
        return { status: 200, body: { Name: SecretId, VersionStages: ["AWSCURRENT"] } };
      }
      case "secretsmanager.CreateSecret": {
        const { Name, SecretString } = Create.parse(body);
        if (stored.has(Name)) return refuse("ResourceExistsException");
        stored.set(Name, SecretString);
        return { status: 200, body: { Name } };
      }
      default:
        return refuse("UnknownOperationException", 404);
    }
  };
  return { state, answer, current: () => state.stored.get("apps/nightly") };
}

/** How AWS's own tools are signed in, by variables. */
export const awsAccount = (key: string) => ({
  AWS_ACCESS_KEY_ID: key,
  AWS_SECRET_ACCESS_KEY: "a-key",
  AWS_REGION: "eu-central-1",
});
