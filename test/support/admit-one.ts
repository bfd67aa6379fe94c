import type { Held } from "../../shared/operations/admission/operation.ts";
import type {
  Admission,
  Changed,
  OperationRecords,
} from "../../shared/operations/admission/ports.ts";

export type AdmittedAlone =
  | {
      readonly admitted: true;
      readonly held: Held;
      readonly accountVersion: string;
      readonly clientVersion?: string;
    }
  | { readonly admitted: false; readonly changed?: Changed };

/** Admits one operation that nobody else is admitted with. */
export async function admitOne(
  operations: Pick<OperationRecords, "admit">,
  admission: Admission,
): Promise<AdmittedAlone> {
  const answer = await operations.admit([admission]);
  if (!answer.admitted)
    return { admitted: false, ...(answer.refused && { changed: answer.refused.changed }) };
  const { accountVersion } = answer;
  const [one] = answer.each;
  if (!one) throw new Error("Admitted, and no version of the operation");
  const { version, ...rest } = one;
  return { admitted: true, accountVersion, held: { entry: admission.entry, version }, ...rest };
}
