/** Everything that was said; each once, however often it happens. */
const said = new Set<string>();

/** Tells whoever put an element into a page what is wrong there. Never a token or a value: only what the integrator wrote. */
export function complain(what: string, cause: unknown = ""): void {
  if (said.has(what)) return;
  said.add(what);
  console.error(`[latchkey] ${what}`, cause);
}
