import * as z from "zod";

/** Every kind of change that passes the one door, as messages, rows and answers name it. */
export const OperationKind = z.enum([
  "create",
  "add-secret",
  "remove-secret",
  "rotate-secret",
  "retire-secret",
  "add-certificate",
  "remove-certificate",
  "rotate-certificate",
  "move-retirement",
  "add-federated",
  "remove-federated",
  "rename",
  "delete",
  "restore",
  "purge",
  "suspend",
  "resume",
]);
