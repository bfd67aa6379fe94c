import type { LatchkeyClientsElement } from "./types.d.ts";

export type * from "./types.d.ts";
export declare const LatchkeyClients: new () => LatchkeyClientsElement;
