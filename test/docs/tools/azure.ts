import { existsSync, readFileSync, writeFileSync } from "node:fs";

const FILE = ".azure/vault.json";
interface Vault {
  /** The newest version of each secret. */
  readonly vault: Readonly<Record<string, string>>;
  /** What the app was told when its references were last resolved; a restart alone asks for nothing. */
  readonly app: Readonly<Record<string, string>>;
}

export const readVault = (folder = "."): Vault => {
  const file = `${folder}/${FILE}`;
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { vault: {}, app: {} };
};

/** What the stand-ins for Azure's tools remember of a vault, and of the app whose settings refer to it. */
export const openAzure = () => {
  const save = (changed: Partial<Vault>) =>
    writeFileSync(FILE, JSON.stringify({ ...readVault(), ...changed }));
  return {
    newSecret: "new~secret",
    keep: (name: string, value: string) =>
      save({ vault: { ...readVault().vault, [name]: value.trim() } }),
    askVaultAgain: () => save({ app: readVault().vault }),
  };
};
