import * as z from "zod";
import type { Stage } from "../stage.ts";
import type { Secret } from "./add-secret.ts";
import { askForToken } from "./client-token.ts";
import type { Client } from "./create-client.ts";

const Rotated = z.object({
  keyId: z.guid(),
  secretText: z.string().min(1),
  notice: z.string(),
  ready: z.boolean(),
  replaced: z.object({ keyId: z.guid(), retiresAt: z.iso.datetime() }),
});

/** @returns the new secret: the old one goes by itself */
export const rotateSecret = (stage: Stage, client: Client, old: Secret): Promise<Secret> =>
  stage.step(
    "Ann replaces the key, and nothing stands still",
    "The new secret is made first, and the answer comes when the token endpoint takes it. The old one works on for an hour, so that there is time to bring the new one to its program; then the service removes it.",
    async () => {
      const { api, users } = stage.addresses;
      const answer = await stage.call({
        method: "POST",
        url: `${api}/clients/${client.id}/secrets/${old.keyId}/rotate`,
        as: { who: "ann", token: users.ann.accessToken },
        headers: { Prefer: "wait=30" },
        json: { lifetimeDays: 90, graceHours: 1 },
      });
      stage.check("The new secret was made", answer.status === 201);
      const rotated = Rotated.parse(answer.body);
      stage.check("It works already", rotated.ready);
      const both = [
        await askForToken(stage, client, old),
        await askForToken(stage, client, rotated),
      ];
      stage.check(
        "Both of them buy tokens",
        both.every(({ status }) => status === 200),
      );
      stage.check(
        "The old one is to go",
        rotated.replaced.keyId === old.keyId && Date.parse(rotated.replaced.retiresAt) > Date.now(),
      );
      return rotated;
    },
  );
