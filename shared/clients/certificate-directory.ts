import type { NewCertificate } from "./credential.ts";
import type { Answer, Expected } from "./ports.ts";

/** A client whose list of certificates is to be written. */
export interface CertificateList extends Expected {
  /** Whether a list of these ids is that of a late replica, on which nothing may be built; taken for no when left out. */
  readonly isLate?: (keyIds: readonly string[]) => Promise<boolean>;
  /** Whether the one that is to go may be there although a replica does not show it; taken for no when left out. */
  readonly mayBeHidden?: () => Promise<boolean>;
}

/** The directory's side of a certificate. Changes answer in one of four kinds. */
export interface CertificateDirectory {
  /**
   * Registers a certificate under the id that it comes with, and takes another one off with the same write. Three calls: the
   * directory keeps one list that is written whole and knows no condition for that, so it is read before and looked at again.
   * Never to be called twice at once for one client. Safe to repeat. Refused with `certificate-held`, `certificates-full`,
   * `forbidden-by-policy`, `absent`, …
   *
   * @param instead the one that goes, if it is there
   */
  addCertificate(
    clientId: string,
    certificate: NewCertificate,
    expected: CertificateList,
    instead?: string,
  ): Promise<Answer<undefined>>;
  /**
   * As above. Refused with `certificate-absent` or `absent` when there is nothing to remove. One that may be hidden is left out by a
   * write of what is shown, after which it is there for certain no more.
   */
  removeCertificate(
    clientId: string,
    keyId: string,
    expected: CertificateList,
  ): Promise<Answer<undefined>>;
}
