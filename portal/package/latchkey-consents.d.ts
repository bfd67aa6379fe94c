import type { LatchkeyConsentsElement } from "./types.d.ts";

export type * from "./types.d.ts";
export declare const LatchkeyConsents: new () => LatchkeyConsentsElement;
