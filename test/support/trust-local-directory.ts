import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { serverCertificate } from "../../infra/local/directory/certificates.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where a local directory finds a certificate that this test process trusts. */
    certificatesFolder: string;
  }
}

/**
 * MSAL and the Graph client speak https only, and Node reads `NODE_EXTRA_CA_CERTS` when a process starts: so the authority is
 * made here, before vitest starts the processes that tests run in.
 */
export default function trustLocalDirectory(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-certificates-"));
  process.env["NODE_EXTRA_CA_CERTS"] = serverCertificate(folder).authorityFile;
  project.provide("certificatesFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
