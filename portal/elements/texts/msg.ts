import type { str } from "@lit/localize";

/** A text with places to fill in; the same one of another language names the places by number. */
export type Filled = ReturnType<typeof str>;

/** `msg` of @lit/localize in one language: every text has an id, under which each language file has it as well. */
export type Msg = (text: string | Filled, options: { readonly id: string }) => string;

/** Whether a number takes the singular. */
export type One = (count: number) => boolean;

/** What a language file exports, as @lit/localize reads it. */
export type Templates = Readonly<Record<string, string | Filled>>;
