import type { FederatedCredential } from "../credential.ts";
import type { Answer, Expected } from "../ports.ts";
import type { NewFederated } from "./federated.ts";

/** The directory's side of federated credentials. Changes answer in one of four kinds; the read throws as `ClientDirectory`'s do. */
export interface FederatedDirectory {
  /**
   * Made once, however often it is asked for: it carries the operation's id, and is found by it after a lost answer. Refused with
   * `federated-unfit` where the directory does not take it, whatever its reason; `federatedOf` tells which.
   */
  addFederated(
    clientId: string,
    credential: NewFederated & { readonly operationId: string; readonly createdAt: Date },
    expected: Expected,
  ): Promise<Answer<FederatedCredential>>;
  /** Refused with `federated-absent` or `absent` when there is nothing to remove. */
  removeFederated(clientId: string, id: string, expected: Expected): Promise<Answer<undefined>>;
  /** Those that the client has now; nothing when the directory does not know the client. */
  federatedOf(
    clientId: string,
    expected: Expected,
  ): Promise<readonly FederatedCredential[] | undefined>;
}
