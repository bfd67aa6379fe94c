import * as z from "zod";
import { type Claims, covers, entityPath } from "./address.ts";
import type { Reply, Request } from "./request.ts";
import { readBody } from "./request.ts";
import { type SasKey, unauthorized, verifySasToken } from "./sas-token.ts";

const putToken = z.object({ name: z.string(), type: z.string() });

/** Python, Go and Java may say `jwt` of a signature made with a key, too, and Azure looks at the token itself. */
const TOKEN_TYPES = ["servicebus.windows.net:sastoken", "jwt"];

/**
 * The claims-based security node (AMQP CBS 1.0, as Service Bus speaks it): a valid token opens its audience to the connection.
 *
 * @throws BusError `amqp:unauthorized-access`
 */
export function acceptToken(request: Request, claims: Claims, key: SasKey, now: number): Reply {
  const { name, type } = readBody(putToken, request.properties);
  if (request.operation !== "put-token" || !TOKEN_TYPES.includes(type)) {
    throw unauthorized(`'${request.operation}' of a '${type}' is not accepted here.`);
  }
  const { resource, expiresAt } = verifySasToken(readBody(z.string(), request.body), key, now);
  const [granted, wanted] = [entityPath(resource).toLowerCase(), entityPath(name).toLowerCase()];
  if (!covers(granted, wanted)) throw unauthorized(`The token is not meant for '${name}'.`);
  claims.add(name, expiresAt);
  return { status: 202, description: "Accepted" };
}
