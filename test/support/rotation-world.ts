import {
  type RotateSecretRequest,
  rotateSecret,
} from "../../shared/operations/credentials/rotate-secret.ts";
import { clientWorld } from "./client-world.ts";

/** A client's world for tests of rotations: with what the directory was asked to change of its secrets, in order. */
export async function rotationWorld() {
  const world = await clientWorld();
  const changes: string[] = [];
  const { directory } = world;
  const { addSecret: add, removeSecret: remove } = directory;
  directory.addSecret = async (...asked) => {
    const answer = await add(...asked);
    changes.push(answer.kind === "done" ? "add" : `add: ${answer.kind}`);
    return answer;
  };
  directory.removeSecret = async (id, keyId, expected) => {
    changes.push(`remove ${keyId}`);
    return remove(id, keyId, expected);
  };
  const asked = (keyId: string, more: Partial<RotateSecretRequest> = {}): RotateSecretRequest => ({
    ...world.own,
    keyId,
    lifetimeDays: 90,
    graceHours: 24,
    ...more,
  });
  return {
    ...world,
    changes,
    /** The id of a secret to begin with; its making is no change. */
    old: async (displayName = "Old", lifetimeDays = 30): Promise<string> => {
      const { keyId } = await world.added({ displayName, lifetimeDays });
      changes.length = 0;
      return keyId;
    },
    asked,
    rotated: async (keyId: string, more: Partial<RotateSecretRequest> = {}) => {
      const answer = await rotateSecret(world, asked(keyId, more));
      if (!answer.ok) throw new Error(answer.refusal.reason);
      return answer.value;
    },
    /** Its secrets, as the client's own record has them. */
    ofClient: async () => ((await world.record())?.secrets ?? []).filter(({ goneAt }) => !goneAt),
    /** The events, each with the secret that it is about. */
    toldOf: () =>
      world.events.published.map(({ type, data }) => `${type} ${String(data["keyId"])}`),
    retirements: () => world.checks.waiting.filter(({ body }) => body.type === "secret.retire"),
  };
}

export type RotationWorld = Awaited<ReturnType<typeof rotationWorld>>;
