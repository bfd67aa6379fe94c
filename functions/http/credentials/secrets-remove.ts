import type { ChangeDeps } from "../../../shared/operations/admission/change.ts";
import { route } from "../../edge/route.ts";
import { EvenLast, REMOVAL_PROBLEMS } from "./even-last.ts";
import { removeEnding } from "./remove-ending.ts";

export const secretsRemove = (deps: ChangeDeps) =>
  route(
    {
      name: "secrets-remove",
      operationId: "removeSecret",
      method: "DELETE",
      path: "/clients/{id}/secrets/{keyId}",
      access: "clients.write",
      summary: "Remove a secret; tokens it has already bought live until they expire",
      description:
        "Removes one secret from the client, which cannot be undone. The client's other secrets go on working. The last one that works, of a client whose consent is granted, is removed only with `?confirm=last`.",
      query: EvenLast,
      replies: { 204: { description: "Removed" } },
      problems: [...REMOVAL_PROBLEMS, "secret-not-found"],
    },
    removeEnding(deps, "secret"),
  );
