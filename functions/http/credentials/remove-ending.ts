import { done } from "../../../shared/base/outcome.ts";
import type { EndingKind } from "../../../shared/clients/credential.ts";
import type { ChangeDeps } from "../../../shared/operations/admission/change.ts";
import {
  type RemoveSecretRequest,
  removeSecret,
} from "../../../shared/operations/credentials/remove-secret.ts";
import type { EvenLastQuery } from "./even-last.ts";

/** Takes away what ends by itself, a secret or a certificate, as its route was asked to. */
export const removeEnding =
  (deps: ChangeDeps, kind: EndingKind) =>
  async (asked: {
    readonly caller: Pick<RemoveSecretRequest, "subscription">;
    readonly by: RemoveSecretRequest["by"];
    readonly id: string;
    readonly keyId: string;
    readonly query: EvenLastQuery;
  }) => {
    const { caller, by, id: clientId, keyId, query } = asked;
    const { subscription } = caller;
    const evenLast = query.confirm === "last";
    const removed = await removeSecret(deps, {
      ...{ subscription, by, clientId, keyId, evenLast },
      // Rows of before there were certificates name no kind; a secret's still do not.
      ...(kind === "certificate" && { kind }),
    });
    return removed.ok ? done({ status: 204 }) : removed;
  };
