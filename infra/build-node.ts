/** The oldest Node that the bundle runs on: Azure Functions offers 22 and 24. The scripts of this repository bring their own. */
export const OLDEST_NODE = 22;

/** First line of every file of the bundle: on an older Node it would load, and then fail at one request and not at another. */
export const REFUSE_OLDER_NODE = `if (parseInt(process.versions.node) < ${OLDEST_NODE}) throw new Error(\`Latchkey runs on Node ${OLDEST_NODE} or later, not on \${process.versions.node}.\`);`;
