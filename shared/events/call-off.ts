/** Takes a message back that waits for its time; no error when it has come already. Throws `RemoteUnavailable`. */
export type CallOff = () => Promise<void>;
