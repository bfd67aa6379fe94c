import * as z from "zod";
import {
  ClientInformationShape,
  RegisteredShape,
} from "../../functions/http/registration/registration-shapes.ts";
import type { Call } from "./api.ts";
import type { SeenAnswer } from "./openapi-check.ts";

/** What a client is told that registers itself. */

export const registeredOf = ({ body }: SeenAnswer) => RegisteredShape().parse(body);
export const informationOf = ({ body }: SeenAnswer) => ClientInformationShape().parse(body);

export const registerAs = async (call: Call, json: object = {}) =>
  registeredOf(await call("POST", "/register", { json }));

const OAuthError = z.looseObject({ error: z.string(), error_description: z.string() });

/** The code of an error as OAuth has it. */
export const errorOf = ({ body }: SeenAnswer): string => OAuthError.parse(body).error;
