import { complain } from "./complain.ts";

/** Defines an element, once, also where two parts of a page load it, and nowhere where there are no elements (on a server). */
export function define(tag: string, element: CustomElementConstructor): void {
  const registry: CustomElementRegistry | undefined = globalThis.customElements;
  if (!registry) return;
  const there = registry.get(tag);
  if (!there) registry.define(tag, element);
  else if (there !== element) {
    complain(
      `<${tag}> was defined before by another copy of the code. That copy is used; load it once.`,
    );
  }
}
