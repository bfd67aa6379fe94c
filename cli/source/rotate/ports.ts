import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { explainRefusal } from "../../../infra/tools/token/explain.ts";
import type { OAuthClient } from "../api/api.ts";
import { Refused } from "../api/problem.ts";
import { keyed } from "../commands/keyed.ts";
import type { Context } from "../context.ts";
import { openEnvelope } from "../encrypted.ts";
import { EXIT, Fault } from "../fault.ts";
import { tryToken } from "../sign-in/client-token.ts";
import type { Sink } from "../sinks/sink.ts";
import type { Known } from "./assess.ts";
import type { RotationPorts } from "./rotate.ts";

/** Longest name that the service takes for a secret. */
const MAX_NAME = 90;
/** Seconds for which the service itself waits until the token endpoint takes a new secret. */
const WAIT_SECONDS = 20;

/** What a token endpoint says of a secret that it does not take (docs/get-a-token.md of the service). */
const WRONG = ["AADB2C90081", "AADSTS7000215", "AADSTS7000222", "invalid_client"];
/** The client has proven who it is, and waits for its consent. */
const NO_ROLE_YET = ["AADSTS501051", "AADSTS7000229"];

/** By which the secrets of a sink are known again: the end of a long address, and a digest of all of it. */
export function nameFor(sink: Pick<Sink, "address">): string {
  const digest = createHash("sha256").update(sink.address).digest("hex").slice(0, 8);
  const start = `latchkey ${digest} `;
  return `${start}${sink.address.replace(/[^\x21-\x7e]/g, "-").slice(start.length - MAX_NAME)}`;
}

/** The service, and the token endpoint of one client. */
export function rotationPorts(
  { api, say }: Context,
  asked: {
    readonly client: string;
    readonly name: string;
    readonly lifetimeDays?: number | undefined;
    readonly sink: Sink;
  },
): RotationPorts {
  const { client: id, name, lifetimeDays, sink } = asked;
  let read: OAuthClient | undefined;
  const client = async (): Promise<OAuthClient> => {
    read = api.answered(await api.call.GET("/api/clients/{id}", { params: { path: { id } } }));
    return read;
  };
  return {
    sink,
    say,
    pause,
    now: () => new Date(),
    secrets: async () => (await client()).secrets.map(known),
    make: async () => {
      const envelope = await openEnvelope();
      try {
        const made = api.answered(
          await api.call.POST("/api/clients/{id}/secrets", {
            params: { path: { id }, header: { ...keyed(), Prefer: `wait=${WAIT_SECONDS}` } },
            body: {
              displayName: name,
              encryptTo: envelope.encryptTo,
              ...(lifetimeDays && { lifetimeDays }),
            },
          }),
        );
        return { kind: "made", secret: known(made), value: await envelope.open(made) };
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.reason === "secret-limit-reached") return { kind: "full" };
        const { keyId } = error.document;
        if (error.reason === "secret-value-already-returned" && typeof keyId === "string")
          return { kind: "unread", keyId };
        throw error;
      }
    },
    works: async (value) => {
      const { appId: clientId, tokenEndpoint: endpoint, scope } = read ?? (await client());
      const answer = await tryToken({ endpoint, clientId, scope }, { kind: "secret", value });
      if (answer.ok || NO_ROLE_YET.includes(answer.code)) return true;
      if (WRONG.includes(answer.code)) return false;
      throw new Fault(
        answer.status === 429 || answer.status >= 500 ? EXIT.notNow : EXIT.refused,
        `The token endpoint says neither yes nor no. ${answer.code}: ${explainRefusal(answer)}`,
      );
    },
    retire: async (keyId, at) => {
      const params = { path: { id, keyId } };
      const body = { retiresAt: at.toISOString() };
      const answer = await api.call.PATCH("/api/clients/{id}/secrets/{keyId}", { params, body });
      unlessGone(() => api.answered(answer));
    },
    remove: async (keyId) => {
      const params = { path: { id, keyId } };
      const answer = await api.call.DELETE("/api/clients/{id}/secrets/{keyId}", { params });
      unlessGone(() => api.done(answer));
    },
  };
}

/** What has gone need not be taken away. */
function unlessGone(answered: () => unknown): void {
  try {
    answered();
  } catch (error) {
    if (!(error instanceof Refused && error.reason === "secret-not-found")) throw error;
  }
}

const known = (secret: OAuthClient["secrets"][number]): Known => ({
  keyId: secret.keyId,
  displayName: secret.displayName,
  hint: secret.hint,
  createdAt: new Date(secret.createdAt),
  expiresAt: new Date(secret.expiresAt),
  ...(secret.retiresAt && { retiresAt: new Date(secret.retiresAt) }),
});
