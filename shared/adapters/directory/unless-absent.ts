import { DirectoryRefused } from "../../clients/ports.ts";

/** What a read shows; nothing where the directory says that it is not there. */
export async function unlessAbsent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DirectoryRefused && error.refusal.reason === "absent") return undefined;
    throw error;
  }
}
