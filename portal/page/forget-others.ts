/** Who signs in on which page, and with which client id. */
type Registrations = Readonly<Record<string, { readonly clientId: string } | undefined>>;
/** As much of a browser's storage as is needed to look through it. */
type Shelf = Pick<Storage, "key" | "length" | "removeItem">;

/**
 * Takes out of this tab's storage what the sign-in library keeps for the other kind of person. Both pages are of one origin: a
 * fault in the customers' page could otherwise read the tokens of an operator who had been on theirs in the same tab. The
 * library writes the client id into the name of every token it keeps.
 */
export function forgetOthers(storage: Shelf, registrations: Registrations, own: string): void {
  const foreign = Object.values(registrations)
    .flatMap((one) => (one ? [one.clientId.toLowerCase()] : []))
    .filter((clientId) => clientId !== registrations[own]?.clientId.toLowerCase());
  const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
  for (const name of names)
    if (foreign.some((clientId) => name.toLowerCase().includes(clientId))) storage.removeItem(name);
}
