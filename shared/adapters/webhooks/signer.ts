import { hkdfSync } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { WebhookSigner } from "../../care/webhooks/ports.ts";

const SECRET_BYTES = 32;

/**
 * Secrets of customers' webhooks, made from one key of the service's own (HKDF, RFC 5869): nothing secret is stored, and whoever
 * reads the tables can sign nothing.
 *
 * @param keys the key, and those before it that still sign: a key that is replaced changes every secret
 */
export function webhookSigner(keys: readonly string[]): WebhookSigner {
  const derive = (key: string, subscription: string, secretId: string): string => {
    const info = `latchkey webhook\n${secretId}\n${subscription}`;
    return Buffer.from(hkdfSync("sha256", key, "", info, SECRET_BYTES)).toString("base64");
  };
  return {
    secret: (subscription, secretId) => `whsec_${derive(keys[0] ?? "", subscription, secretId)}`,
    sign: (subscription, secretIds, { id, at, body }) =>
      secretIds
        .flatMap((secretId) => keys.map((key) => derive(key, subscription, secretId)))
        .map((secret) => new Webhook(secret).sign(id, at, body))
        .join(" "),
  };
}
