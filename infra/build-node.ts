/** The oldest Node that the bundle runs on: Azure Functions offers 22 and 24. The scripts of this repository bring their own. */
export const OLDEST_NODE = 22;

/** First line of every file of the bundle: on an older Node it would load, and then fail at one request and not at another. */
export const REFUSE_OLDER_NODE = `if (parseInt(process.versions.node) < ${OLDEST_NODE}) throw new Error(\`Latchkey runs on Node ${OLDEST_NODE} or later, not on \${process.versions.node}.\`);`;

/**
 * An ESM bundle has no `require`, yet the CommonJS packages inside it call one: for Node's own modules and for
 * `@azure/functions-core`, which exists only inside a host. Without it `@azure/functions` registers nothing, silently.
 */
export const REQUIRE = `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`;
