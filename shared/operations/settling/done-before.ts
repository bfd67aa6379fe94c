import { type DirectoryRefusal, DirectoryRefused } from "../../clients/ports.ts";

/**
 * Whether what the directory refuses for good by now had been done by the attempt before, whose end was lost: its answer to a look
 * says so, which costs one call. What it refuses to show as well has not been done. A replica that is late knows of nothing yet: that it
 * was not done is believed the second time.
 *
 * @throws RemoteUnavailable nobody can say now
 */
export async function isDoneBefore(
  { reason }: DirectoryRefusal,
  look: () => Promise<boolean>,
): Promise<boolean> {
  if (reason === "absent") return false;
  try {
    return await look();
  } catch (error) {
    if (error instanceof DirectoryRefused) return false;
    throw error;
  }
}
