/**
 * What the address bar says after `#/`: a client's id, `new`, or nothing; a letter has the id of a secret behind the client's. Never
 * anything of a secret's value.
 */
const shown = (): string => /^#\/([\w-]{1,64}(?:\/[\w-]{1,64})?)$/.exec(location.hash)?.[1] ?? "";

/** Keeps the element and the address bar together, so that Back, reload and a bookmark do what people expect. */
export function follow(element: HTMLElement): void {
  const show = () => Object.assign(element, { show: shown() });
  show();
  element.addEventListener("view-changed", (event) => {
    const next = event instanceof CustomEvent ? String(event.detail.show) : "";
    history.pushState(null, "", next ? `#/${encodeURIComponent(next)}` : location.pathname);
  });
  addEventListener("popstate", show);
  addEventListener("hashchange", show);
}

/** A customer's name is the company's own: in the address bar of its operators, and in no log of a server. */
const ONE_CUSTOMER = /^#\/customers\/(.{1,400})$/;
const ONE_REQUEST = /\/([0-9a-f-]{36})$/;

/** An address that was cut off on its way, or typed by hand, names nobody. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** The same for operators, whose alerts lead to `/consents/<client id>`. */
export function followRequest(element: HTMLElement): void {
  const show = () =>
    Object.assign(element, {
      request: ONE_REQUEST.exec(location.pathname)?.[1] ?? "",
      customer: decoded(ONE_CUSTOMER.exec(location.hash)?.[1] ?? ""),
    });
  show();
  element.addEventListener("view-changed", (event) => {
    const next = event instanceof CustomEvent ? String(event.detail.show) : "";
    const named = event instanceof CustomEvent ? String(event.detail.customer ?? "") : "";
    const customer = named && `#/customers/${encodeURIComponent(named)}`;
    const queue = location.pathname.replace(ONE_REQUEST, "");
    history.pushState(null, "", next ? `${queue.replace(/\/$/, "")}/${next}` : queue + customer);
  });
  addEventListener("popstate", show);
  addEventListener("hashchange", show);
}
