import * as z from "zod";
import { EXIT, Fault } from "../fault.ts";
import { type Environment, safeAddress } from "../settings.ts";
import { ask, askUnlessMissing, load } from "./remote.ts";
import type { Sink } from "./sink.ts";

const PACKAGE = "@aws-sdk/client-secrets-manager";
const Failed = z.object({
  name: z.string(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
});
/** Secrets Manager says most things with 400: what they are is in their names. */
const STATUS: Readonly<Record<string, number>> = {
  ResourceNotFoundException: 404,
  ResourceExistsException: 409,
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  InvalidSignatureException: 403,
  UnrecognizedClientException: 403,
  CredentialsProviderError: 401,
  ThrottlingException: 429,
};

/**
 * A secret of AWS Secrets Manager: `aws:<name or ARN>`, signed in as AWS's own tools are. All of its value, for there is no
 * check-and-set: a field among others' could overwrite what somebody else has written meanwhile.
 */
export async function awsSink(id: string, environment: Environment): Promise<Sink> {
  const own = environment.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? environment.AWS_ENDPOINT_URL;
  const endpoint = own && safeAddress("AWS_ENDPOINT_URL", own).href;
  const {
    CreateSecretCommand,
    GetSecretValueCommand,
    PutSecretValueCommand,
    SecretsManagerClient,
  } = await load(PACKAGE, () => import("@aws-sdk/client-secrets-manager"));
  const client = new SecretsManagerClient(endpoint ? { endpoint } : {});
  const address = `aws:${id}`;
  /** @returns undefined where there is no such secret, or none with a value */
  const unlessMissing = <T>(asked: () => Promise<T>) => askUnlessMissing(address, asked, statusOf);
  return {
    address,
    look: async () => {
      const read = new GetSecretValueCommand({ SecretId: id });
      const value = (await unlessMissing(() => client.send(read)))?.SecretString;
      return value ? { kind: "value", value } : { kind: "nothing" };
    },
    write: async (value) => {
      const put = new PutSecretValueCommand({ SecretId: id, SecretString: value });
      if (await unlessMissing(() => client.send(put))) return;
      if (id.startsWith("arn:")) throw new Fault(EXIT.notFound, `${address} is not there.`);
      const create = new CreateSecretCommand({ Name: id, SecretString: value });
      await ask(address, () => client.send(create), statusOf);
    },
  };
}

function statusOf(error: unknown): number | undefined {
  const failed = Failed.safeParse(error).data;
  return failed && (STATUS[failed.name] ?? failed.$metadata?.httpStatusCode);
}
