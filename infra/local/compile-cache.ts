import { join } from "node:path";

/**
 * For the environment of the local cloud's processes: where Node keeps what it has compiled, TypeScript that it stripped
 * included. A process that finds it there starts in a fraction of the time and does without the stripper's 20 MB.
 */
export const COMPILE_CACHE = {
  NODE_COMPILE_CACHE: join(import.meta.dirname, "../../node_modules/.cache/node-compile"),
};
