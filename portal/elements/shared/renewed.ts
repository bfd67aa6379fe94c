interface Read {
  /** Newest first. */
  readonly items?: readonly { readonly id: string }[] | undefined;
  readonly trouble?: unknown;
}

/**
 * A list of which the first page was read again: whoever has read on in it does not lose their place. Where so much has been added that
 * the two do not meet, it begins anew.
 */
export function renewed<List extends Read>(before: List | undefined, first: List): List {
  const known = before?.items ?? [];
  if (!before || known.length === 0) return first;
  if (!first.items) return { ...before, trouble: first.trouble };
  const ids = new Set(known.map(({ id }) => id));
  const added = first.items.filter(({ id }) => !ids.has(id));
  if (added.length === first.items.length) return first;
  return { ...before, items: [...added, ...known], trouble: undefined };
}
