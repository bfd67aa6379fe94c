import { type Outcome, refused } from "../../../shared/base/outcome.ts";
import {
  rotateOwnCertificate,
  rotateOwnSecret,
} from "../../../shared/operations/credentials/rotate-own-credential.ts";
import type { Refusal } from "../../edge/refusal.ts";
import { route } from "../../edge/route.ts";
import { readCertificate } from "../credentials/certificate-body.ts";
import {
  type CertificateDeps,
  NEW_CERTIFICATE_PROBLEMS,
  rulesOf,
} from "../credentials/certificates-add.ts";
import { answerRegistered } from "../credentials/certificates-rotate.ts";
import { USUAL_GRACE_HOURS } from "../credentials/grace-hours.ts";
import { NEW_SECRET_PROBLEMS } from "../credentials/new-secret.ts";
import { answerRotated, type RotateDeps, rotationOf } from "../credentials/secrets-rotate.ts";
import { bringsCertificate, RotatedOwnShape, selfRotateBody } from "./self-rotate-shapes.ts";

/** Who is stopped is nobody here, and is not told more. */
const PROBLEMS = [...new Set([...NEW_SECRET_PROBLEMS, ...NEW_CERTIFICATE_PROBLEMS])].filter(
  (type) => type !== "client-suspended",
);

export const selfRotate = (deps: RotateDeps & CertificateDeps) =>
  route(
    {
      name: "self-rotate",
      operationId: "rotateOwnSecret",
      method: "POST",
      path: "/self/rotate",
      access: "self",
      summary: "Replace a secret or a certificate of the client that asks by a new one",
      description:
        "For a client with the role `keys.rotate`, by a token of its own for this API. As with a customer's rotation the old one goes on working for the grace. A secret's new value is in this answer only. With `certificate` or `jwk` it is a certificate that is replaced, by the one that is sent; a repeat under the same `Idempotency-Key` is then answered as the first time. A token does not say which credential it was asked for with: name it by its `keyId` where the client has several.",
      accepts: ["Idempotency-Key", "Prefer"],
      body: selfRotateBody(deps),
      replies: {
        201: {
          description: "The new credential, and when the old one goes",
          schema: RotatedOwnShape,
          headers: ["Preference-Applied"],
        },
      },
      problems: ["secret-not-found", ...PROBLEMS],
    },
    async ({ caller, by, body, idempotency, waitSeconds }) => {
      const at = deps.runtime.now();
      const { subscription, clientId } = caller;
      const { keyId } = body;
      const own = { subscription, clientId, by, keyId, ...(idempotency && { idempotency }) };
      if (bringsCertificate(body)) {
        const certificate = readCertificate(body, rulesOf(deps));
        if (!certificate.ok) return certificate;
        const rotated = await rotateOwnCertificate(deps, {
          ...{ ...own, certificate: certificate.value, displayName: body.displayName },
          graceHours: body.graceHours ?? USUAL_GRACE_HOURS,
        });
        if (!rotated.ok) return untold(rotated);
        return ofKind("certificate", answerRegistered(rotated));
      }
      const rotated = await rotateOwnSecret(deps, { ...own, ...rotationOf(deps, body) });
      if (!rotated.ok) return untold(rotated);
      const { encryptTo } = body;
      return ofKind(
        "secret",
        await answerRotated(deps, rotated.value, { at, waitSeconds, encryptTo }),
      );
    },
  );

const untold = (answer: {
  readonly ok: false;
  readonly refusal: Refusal;
}): Outcome<never, Refusal> =>
  answer.refusal.reason === "client-suspended" ? refused({ reason: "not-found" }) : answer;

const ofKind = <Reply extends { readonly body: object }>(
  kind: "secret" | "certificate",
  { value }: { readonly value: Reply },
) => ({ ok: true as const, value: { ...value, body: { kind, ...value.body } } });
