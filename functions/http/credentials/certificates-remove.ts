import type { ChangeDeps } from "../../../shared/operations/admission/change.ts";
import { route } from "../../edge/route.ts";
import { EvenLast, REMOVAL_PROBLEMS } from "./even-last.ts";
import { removeEnding } from "./remove-ending.ts";

export const certificatesRemove = (deps: ChangeDeps) =>
  route(
    {
      name: "certificates-remove",
      operationId: "removeCertificate",
      method: "DELETE",
      path: "/clients/{id}/certificates/{keyId}",
      access: "clients.write",
      summary: "Remove a certificate; tokens it has already bought live until they expire",
      description:
        "Removes one certificate from the client. Its other credentials go on working. The last one that works, of a client whose consent is granted, is removed only with `?confirm=last`.",
      query: EvenLast,
      replies: { 204: { description: "Removed" } },
      problems: [...REMOVAL_PROBLEMS, "certificate-not-found"],
    },
    removeEnding(deps, "certificate"),
  );
