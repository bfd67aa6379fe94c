import type { nothing as Nothing, TemplateResult } from "lit";

/**
 * What stands for `lit` in a part that is loaded later: it writes templates, and the element that loads it renders them. Lit's
 * template results are plain objects, and its marks are symbols of the whole page, so that they go from one copy to another.
 */
export const html = (strings: TemplateStringsArray, ...values: unknown[]): TemplateResult<1> => ({
  _$litType$: 1,
  strings,
  values,
});

export const svg = (strings: TemplateStringsArray, ...values: unknown[]): TemplateResult<2> => ({
  _$litType$: 2,
  strings,
  values,
});

export const nothing: typeof Nothing = Symbol.for("lit-nothing") as typeof Nothing;
